using System.Buffers.Binary;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Raft;
using Deterministic.Storage;

namespace Deterministic.Server.Composition;

/// <summary>The log of <c>__cluster_metadata-0</c> in a log directory, as the quorum needs it. Owned by shard 0; lives from start to stop.</summary>
internal sealed class MetadataLog : IMetadataLog, ILogListener
{
    /// <summary>The topic of the metadata.</summary>
    internal const string Topic = "__cluster_metadata";

    private const int ReadBytes = 1024 * 1024;
    private const int ReadBytesMax = 256 * 1024 * 1024;

    private Action<long>? _onDurable;
    private Action<IOException>? _onFailed;

    /// <summary>Opens it, recovering it after an unclean stop.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="InvalidDataException">The directory holds what no log can be made of.</exception>
    internal MetadataLog(GroupCommit directory, LogConfig config)
    {
        Log = PartitionLog.OpenExisting(directory, Partition, Uuid.MetadataTopicId, config, this);
        if (Log.DurableEndOffset > Log.HighWatermark)
        {
            Log.SetHighWatermark(Log.DurableEndOffset);
        }
    }

    /// <summary>Name and number.</summary>
    internal static TopicPartition Partition { get; } = new(Topic, 0);

    /// <inheritdoc/>
    public long StartOffset => Log.LogStartOffset;

    /// <inheritdoc/>
    public long EndOffset => Log.LogEndOffset;

    /// <inheritdoc/>
    public long DurableEndOffset => Log.DurableEndOffset;

    /// <inheritdoc/>
    public int LastEpoch => Math.Max(0, Log.LatestLeaderEpoch);

    /// <inheritdoc/>
    public long SizeBytes => Log.SizeBytes;

    /// <summary>The log itself, for checkpoints and housekeeping.</summary>
    internal PartitionLog Log { get; }

    /// <inheritdoc/>
    public void Listen(Action<long> onDurable, Action<IOException> onFailed)
    {
        _onDurable = onDurable;
        _onFailed = onFailed;
    }

    /// <inheritdoc/>
    public void Append(byte[] batch)
    {
        // A refusal means that the directory is offline, and OnFailed tells of that.
        _ = Log.AppendAsFollower(batch);
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Read(long fromOffset)
    {
        var offset = Math.Max(fromOffset, Log.LogStartOffset);
        var buffer = new byte[ReadBytes];
        while (offset < Log.LogEndOffset)
        {
            var count = Log.ReadInto(buffer, offset, long.MaxValue);
            if (count < 0 && buffer.Length < ReadBytesMax && !Log.IsOffline)
            {
                buffer = new byte[buffer.Length * 2];
                continue;
            }

            if (count <= 0)
            {
                throw new RaftException($"{Log.Path}: nothing can be read at offset {offset}, although the log ends at {Log.LogEndOffset}");
            }

            for (var position = 0; position < count;)
            {
                var size = RecordBatchHeader.LogOverheadBytes + BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(position + 8));
                ReadOnlyMemory<byte> batch = buffer.AsSpan(position, size).ToArray();
                offset = new RecordBatchHeader(batch.Span).LastOffset + 1;
                position += size;
                yield return batch;
            }
        }
    }

    /// <inheritdoc/>
    public void DeleteBefore(long offset) => Log.DeleteRecordsBefore(offset);

    /// <inheritdoc/>
    public void StartOver(long offset) => Log.TruncateFullyAndStartAt(offset);

    /// <inheritdoc/>
    public void OnDurable(PartitionLog log, long durableEndOffset)
    {
        log.SetHighWatermark(Math.Max(log.HighWatermark, durableEndOffset));
        _onDurable?.Invoke(durableEndOffset);
    }

    /// <inheritdoc/>
    public void OnFailed(PartitionLog log, IOException error) => _onFailed?.Invoke(error);
}
