using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <summary>
/// The log of one partition: segments, indexes, leader epochs and producers in Kafka's on-disk formats. Synchronous; owned
/// by one shard from <see cref="Open"/> to <see cref="Close"/>.
/// <para>Invariants: LogStartOffset &lt;= HighWatermark &lt;= LogEndOffset; RecoveryPoint &lt;= DurableEndOffset &lt;= WrittenEndOffset
/// &lt;= LogEndOffset; the last segment is the active one and the only one appended to.</para>
/// </summary>
public sealed partial class PartitionLog
{
    private readonly GroupCommit _group;
    private readonly List<LogSegment> _segments = [];
    private readonly ProducerStateTable _producers = new();
    private readonly LeaderEpochCache _epochs;
    private readonly IDisk _disk;
    private LogConfig _config;
    private long _rollJitterMs;
    private bool _isClosed;

    private PartitionLog(
        GroupCommit group, string path, TopicPartition topicPartition, Uuid topicId, LogConfig config, ILogListener listener)
    {
        _group = group;
        _disk = group.Disk;
        Path = path;
        TopicPartition = topicPartition;
        TopicId = topicId;
        _config = config;
        Listener = listener;
        _epochs = new LeaderEpochCache(_disk, DiskPath.Join(path, StoragePaths.EpochCheckpoint));
        _rollJitterMs = DrawJitter(config);
    }

    /// <summary>The partition's directory. Changes with a rename.</summary>
    public string Path { get; private set; }

    /// <summary>The log directory that it is in.</summary>
    public LogDirectory Directory => _group.Directory;

    /// <summary>Whose log this is.</summary>
    public TopicPartition TopicPartition { get; }

    /// <summary>The topic's id.</summary>
    public Uuid TopicId { get; }

    /// <summary>The settings; the owner replaces them when the topic's configs change.</summary>
    public LogConfig Config
    {
        get => _config;
        set
        {
            if (value.SegmentJitterMs != _config.SegmentJitterMs)
            {
                Mark.Hit("log.jitter-drawn-anew");
                _rollJitterMs = DrawJitter(value);
            }

            _config = value;
        }
    }

    /// <summary>The owner, who is told of durability and failure.</summary>
    public ILogListener Listener { get; set; }

    /// <summary>The first offset that may be read. May lie inside a batch.</summary>
    public long LogStartOffset { get; private set; }

    /// <summary>The offset the next record gets.</summary>
    public long LogEndOffset { get; private set; }

    /// <summary>Everything below is in the files, though perhaps only in the page cache.</summary>
    public long WrittenEndOffset { get; private set; }

    /// <summary>Everything below is stored as <see cref="LogConfig.Durability"/> asks: it may be acknowledged.</summary>
    public long DurableEndOffset { get; private set; }

    /// <summary>Everything below is on the device: what recovery-point-offset-checkpoint states.</summary>
    public long RecoveryPoint { get; private set; }

    /// <summary>The high watermark that the owner has set.</summary>
    public long HighWatermark { get; private set; }

    /// <summary>The high watermark, or where the first undecided transaction begins as far as it was not removed.</summary>
    public long LastStableOffset => Math.Max(LogStartOffset, Math.Min(HighWatermark, _producers.FirstUnstableOffset ?? long.MaxValue));

    /// <summary>The latest leader epoch that has a record; -1 for none.</summary>
    public int LatestLeaderEpoch => _epochs.LatestEpoch;

    /// <summary>The leader epochs and where they begin.</summary>
    public IReadOnlyList<EpochStart> LeaderEpochs => _epochs.Entries;

    /// <summary>Bytes of all segments.</summary>
    public long SizeBytes
    {
        get
        {
            long bytes = 0;
            foreach (var segment in _segments)
            {
                bytes += segment.SizeBytes;
            }

            return bytes;
        }
    }

    /// <summary>How many segments there are.</summary>
    public int SegmentCount => _segments.Count;

    /// <summary>How many producers are remembered.</summary>
    public int ProducerCount => _producers.Count;

    /// <summary>Compacted up to here: what cleaner-offset-checkpoint states. The shard that has it cleaned moves it.</summary>
    public long CleanedUpTo { get; set; }

    /// <summary>Whether the log directory has failed: then every operation refuses.</summary>
    public bool IsOffline => _group.IsOffline;

    internal bool IsWaitingForCommit { get; set; }

    internal GroupCommit Group => _group;

    internal IReadOnlyList<LogSegment> Segments => _segments;

    internal ProducerStateTable Producers => _producers;

    internal LogSegment Active => _segments[^1];

    private long NowMs => _group.Shard.WallClockMs;

    /// <summary>Raises the high watermark. It never moves back, except by truncation, and never beyond the log end.</summary>
    public void SetHighWatermark(long highWatermark)
    {
        Check.That(
            highWatermark >= HighWatermark && highWatermark <= LogEndOffset,
            $"{TopicPartition}: high watermark {highWatermark} is not within {HighWatermark} and log end {LogEndOffset}");
        HighWatermark = highWatermark;
        _producers.OnHighWatermark(highWatermark);
    }

    /// <summary>
    /// Where the asked leader epoch ends: the largest known epoch not above it and its end offset; (-1, -1) when unknown
    /// (protocol guide: OffsetForLeaderEpoch).
    /// </summary>
    public (int LeaderEpoch, long EndOffset) EndOffsetForLeaderEpoch(int leaderEpoch) =>
        _epochs.EndOffsetFor(leaderEpoch, LogEndOffset);

    /// <summary>The leader epoch of the record at an offset; -1 when unknown.</summary>
    public int LeaderEpochAt(long offset) => _epochs.EpochAt(offset);

    /// <summary>Whether a producer has a transaction of that epoch open in this log.</summary>
    public bool HasOpenTransaction(long producerId, short producerEpoch) => _producers.HasOpenTransaction(producerId, producerEpoch);

    /// <summary>Forgets producers that have been silent for producer.id.expiration.ms and have no open transaction.</summary>
    public void ExpireProducers(long nowMs) => _producers.Expire(nowMs, Config.ProducerIdExpirationMs);

    /// <summary>The producers that are remembered, by id.</summary>
    public IReadOnlyList<ActiveProducer> ActiveProducers() =>
    [
        .. _producers.Producers.OrderBy(producer => producer.ProducerId).Select(producer => new ActiveProducer(
            producer.ProducerId, producer.ProducerEpoch, producer.LastBatch.LastSequence, producer.LastTimestamp, producer.CoordinatorEpoch,
            producer.TransactionFirstOffset)),
    ];

    internal static int CompareByName(PartitionLog a, PartitionLog b)
    {
        var byTopic = string.CompareOrdinal(a.TopicPartition.Topic, b.TopicPartition.Topic);
        return byTopic != 0 ? byTopic : a.TopicPartition.Partition.CompareTo(b.TopicPartition.Partition);
    }

    private long DrawJitter(LogConfig config) =>
        config.SegmentJitterMs <= 0 ? 0 : _group.Shard.Random.Next((int)Math.Min(config.SegmentJitterMs, int.MaxValue));

    private void CheckOwner() =>
        Check.That(_group.Shard.IsCurrent && !_isClosed, $"{TopicPartition}: used by a shard that does not own it, or after its end");

    private int SegmentIndexFor(long offset)
    {
        var low = 0;
        var high = _segments.Count;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (_segments[middle].BaseOffset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
