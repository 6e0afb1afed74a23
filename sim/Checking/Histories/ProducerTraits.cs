namespace Deterministic.Checking.Histories;

/// <summary>
/// The producer behind an op that sends, with Kafka's defaults; immutable, one for all ops of a producer. When it is not
/// idempotent its retries may legally duplicate and reorder.
/// </summary>
public sealed record ProducerTraits(bool Idempotent = true, Acks Acks = Acks.All, string? TransactionalId = null)
{
    /// <summary>What an op without traits has.</summary>
    public static ProducerTraits Default { get; } = new();
}
