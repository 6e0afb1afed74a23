namespace Deterministic.Server.Replication;

/// <summary>Waits for a partition to have more to read. Called on the shard that owns the partition.</summary>
public interface IProgressWatcher
{
    /// <summary>So many more bytes can be read, or something changed that the waiting client should hear of.</summary>
    void OnProgress(Partition partition, long bytes);

    /// <summary>The partition has nothing more to offer: deleted, led elsewhere or offline.</summary>
    void OnGone(Partition partition);
}
