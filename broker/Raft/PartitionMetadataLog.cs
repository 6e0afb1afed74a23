using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Storage;

namespace Deterministic.Raft;

/// <summary>
/// The metadata log as a partition log of the metadata log directory. Always durable on disk, whatever the durability of
/// topics: acknowledged metadata is never lost. Owned by shard 0; lives as long as the node.
/// </summary>
public sealed class PartitionMetadataLog : IMetadataLog, ILogListener
{
    /// <summary>The topic of the metadata log, which has one partition.</summary>
    public static readonly TopicPartition TopicPartition = new("__cluster_metadata", 0);

    private const int ReadBytesMax = 4 * 1024 * 1024;
    private const long NoLimit = -1;

    private PartitionLog? _log;
    private Action<long>? _onDurable;
    private Action<IOException>? _onFailed;
    private IOException? _failure;

    private PartitionMetadataLog()
    {
    }

    /// <summary>The log underneath: its owner closes it at shutdown.</summary>
    public PartitionLog Log => _log!;

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

    /// <summary>Opens the log on shard 0, recovering it after a crash; <c>metadata.log.segment.*</c> say when it rolls.</summary>
    public static PartitionMetadataLog Open(GroupCommit group, int segmentBytes, long segmentMs)
    {
        var log = new PartitionMetadataLog();
        var config = new LogConfig
        {
            SegmentBytes = segmentBytes,
            SegmentMs = segmentMs,
            RetentionMs = NoLimit,
            RetentionBytes = NoLimit,
            MaxMessageBytes = int.MaxValue,
            Durability = Durability.Disk,
        };
        log._log = PartitionLog.OpenExisting(group, TopicPartition, Uuid.MetadataTopicId, config, log);
        return log;
    }

    /// <inheritdoc/>
    public void Listen(Action<long> onDurable, Action<IOException> onFailed)
    {
        _onDurable = onDurable;
        _onFailed = onFailed;
        if (_failure is not null)
        {
            onFailed(_failure);
        }
    }

    /// <inheritdoc/>
    public void Append(byte[] batch)
    {
        var result = Log.AppendAsFollower(batch);
        if (result.Error != ErrorCode.None)
        {
            throw new IOException($"{TopicPartition}: {result.Message}");
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Read(long fromOffset)
    {
        var offset = Math.Max(fromOffset, Log.LogStartOffset);
        while (offset < Log.LogEndOffset)
        {
            var bytes = ReadBytes(offset);
            foreach (var range in RangesOf(bytes))
            {
                var batch = bytes.AsMemory(range);
                offset = new RecordBatchHeader(batch.Span).LastOffset + 1;
                yield return batch;
            }
        }
    }

    /// <inheritdoc/>
    public void DeleteBefore(long offset) => Log.DeleteRecordsBefore(offset);

    /// <inheritdoc/>
    public void StartOver(long offset)
    {
        if (!Log.TruncateFullyAndStartAt(offset))
        {
            throw new IOException($"{TopicPartition}: could not be emptied to start at offset {offset}");
        }
    }

    /// <inheritdoc/>
    void ILogListener.OnDurable(PartitionLog log, long durableEndOffset)
    {
        if (durableEndOffset > log.HighWatermark)
        {
            log.SetHighWatermark(durableEndOffset);
        }

        _onDurable?.Invoke(durableEndOffset);
    }

    /// <inheritdoc/>
    void ILogListener.OnFailed(PartitionLog log, IOException error)
    {
        _failure = error;
        _onFailed?.Invoke(error);
    }

    private byte[] ReadBytes(long offset)
    {
        var read = Log.Read(offset, ReadBytesMax, Log.LogEndOffset, minOneBatch: true);
        if (read.Error != ErrorCode.None || read.IsEmpty)
        {
            throw new RaftException($"{TopicPartition}: nothing can be read at offset {offset} ({read.Error})");
        }

        var bytes = new byte[read.Range.SizeBytes];
        var count = read.Range.File.Read(read.Range.Position, bytes);
        read.Release();
        Check.That(count == bytes.Length, $"{TopicPartition}: {count} of {bytes.Length} bytes read at offset {offset}");
        return bytes;
    }

    private static List<Range> RangesOf(byte[] bytes)
    {
        var ranges = new List<Range>();
        var reader = new RecordBatchReader(bytes);
        while (reader.MoveNext())
        {
            ranges.Add(reader.Position..reader.WholeBytes);
        }

        return ranges.Count > 0
            ? ranges
            : throw new RaftException($"{TopicPartition}: {bytes.Length} bytes were read that hold no whole batch");
    }
}
