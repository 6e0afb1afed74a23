namespace Deterministic.Server.Replication;

/// <summary>The fetch request, on its home shard, that a <see cref="DelayedFetch"/> reports to.</summary>
internal interface IFetchHome
{
    /// <summary>A first or a second read is there: see <see cref="DelayedFetch.Current"/>.</summary>
    void OnRead(DelayedFetch part, bool isFirst);

    /// <summary>The part holds nothing any more and may be used again.</summary>
    void OnReturned(DelayedFetch part);
}
