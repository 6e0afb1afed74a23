namespace Deterministic.Raft;

/// <summary>The state machine over the metadata log: what the quorum tells it. Called on shard 0.</summary>
public interface IRaftListener
{
    /// <summary>Forget everything; the state is that of this snapshot.</summary>
    void OnSnapshot(SnapshotId id, SnapshotContent content);

    /// <summary>The next batch of metadata records. Called for everything in the log before <see cref="OnLeader"/>, never for what this node appends.</summary>
    void OnBatch(MetadataBatch batch);

    /// <summary>This node leads the quorum from now on and may append.</summary>
    void OnLeader(int epoch);

    /// <summary>Everything below the offset is committed.</summary>
    void OnCommitted(long highWatermark);

    /// <summary>The log failed; nothing above the high watermark will ever be committed by this process.</summary>
    void OnFailed(IOException error);
}
