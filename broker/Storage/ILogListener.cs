namespace Deterministic.Storage;

/// <summary>The owner of a log, told on the log's shard, never from within a call into the log.</summary>
public interface ILogListener
{
    /// <summary>Everything below <paramref name="durableEndOffset"/> is stored as the log's durability asks.</summary>
    void OnDurable(PartitionLog log, long durableEndOffset);

    /// <summary>A write or flush failed: what was appended above <see cref="PartitionLog.DurableEndOffset"/> must not be acknowledged, ever.</summary>
    void OnFailed(PartitionLog log, IOException error);
}
