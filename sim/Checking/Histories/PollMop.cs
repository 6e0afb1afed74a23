namespace Deterministic.Checking.Histories;

/// <summary>Polls once; owned by its op. Records are in the order of delivery; the invocation has none.</summary>
public sealed record PollMop(IReadOnlyList<PolledRecord> Records) : Mop
{
    /// <summary>The poll of an invocation.</summary>
    public static PollMop Empty { get; } = new([]);
}
