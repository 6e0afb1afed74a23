namespace Deterministic.Raft;

/// <summary>
/// The log of <c>__cluster_metadata-0</c> as the quorum needs it. Owned by shard 0. Reads may be asked for at any time;
/// appends become durable in order, in the background.
/// </summary>
public interface IMetadataLog
{
    /// <summary>Offset of the first record that is still there.</summary>
    long StartOffset { get; }

    /// <summary>Offset of the next record.</summary>
    long EndOffset { get; }

    /// <summary>Everything below it survives a crash.</summary>
    long DurableEndOffset { get; }

    /// <summary>The epoch of the last batch; 0 for none.</summary>
    int LastEpoch { get; }

    /// <summary>Bytes on disk.</summary>
    long SizeBytes { get; }

    /// <summary>Calls <paramref name="onDurable"/> with the new durable end, or <paramref name="onFailed"/> once, never from within <see cref="Append"/>.</summary>
    void Listen(Action<long> onDurable, Action<IOException> onFailed);

    /// <summary>Appends a batch whose base offset is <see cref="EndOffset"/> and whose epoch is set.</summary>
    void Append(byte[] batch);

    /// <summary>The batches from the one that holds <paramref name="fromOffset"/> on, each with memory of its own.</summary>
    IEnumerable<ReadOnlyMemory<byte>> Read(long fromOffset);

    /// <summary>Lets go of everything below the offset, as far as whole segments lie below it.</summary>
    void DeleteBefore(long offset);

    /// <summary>Empties the log and lets it begin at the offset: the records before stand in a snapshot.</summary>
    void StartOver(long offset);
}
