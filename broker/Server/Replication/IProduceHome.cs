namespace Deterministic.Server.Replication;

/// <summary>The produce request, on its home shard, that a <see cref="DelayedProduce"/> comes back to.</summary>
internal interface IProduceHome
{
    /// <summary>The appends of one owner shard have ended.</summary>
    void OnAppended(DelayedProduce part);
}
