using Deterministic.Protocol;

namespace Deterministic.Server.Replication;

/// <summary>Waits for appends to be committed. Called on the shard that owns the partition.</summary>
public interface IAppendWaiter
{
    /// <summary>An append ended: NONE once it is stored as its producer asked, otherwise why that will never be known to be so.</summary>
    void OnAppendEnded(int item, int round, ErrorCode error);
}
