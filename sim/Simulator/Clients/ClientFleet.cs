using Deterministic.Checking;
using Deterministic.Checking.Histories;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>All clients of a run: executes a workload against brokers and writes down what the clients saw. Owned by the run.</summary>
public sealed class ClientFleet : IDisposable
{
    private const int DefaultMessageBytesMax = 1024 * 1024 + 12;

    private readonly World _world;
    private readonly Happenings _supervisor;
    private readonly Func<string, SimNode> _addNode;
    private readonly List<SimulatedClient> _clients = [];
    private readonly Dictionary<string, int> _topicNumbers = new(StringComparer.Ordinal);
    private readonly HashSet<long> _producerIds = [];
    private readonly HashSet<string> _consumerProtocolGroups;
    private int _notDone;
    private int _historyProcesses;
    private long _values;
    private FinalReads? _finalReads;

    /// <summary>Clients that have not come yet. <paramref name="addNode"/> makes the machine with a name.</summary>
    public ClientFleet(World world, Workload workload, IReadOnlyList<BrokerAddress> bootstrap, HistoryRecorder history, Func<string, SimNode> addNode)
    {
        _world = world;
        _addNode = addNode;
        _supervisor = world.AddHappenings("clients/supervisor");
        Workload = workload;
        Groups = new GroupObserver(() => MayForget);
        _consumerProtocolGroups = [.. workload.Clients.SelectMany(client => client.Operations).OfType<SubscribeOperation>()
            .Where(operation => operation.UsesConsumerProtocol).Select(operation => operation.Group)];
        Bootstrap = bootstrap;
        History = history;
        BatchBuilder = new RecordBatchBuilder(Codecs);
        for (var i = 0; i < workload.Topics.Count; i++)
        {
            _topicNumbers.Add(workload.Topics[i].Name, i);
        }

        foreach (var plan in workload.Clients)
        {
            _clients.Add(new SimulatedClient(this, plan, addNode(plan.Name), _supervisor));
        }

        _notDone = _clients.Count;
    }

    /// <summary>What they do.</summary>
    public Workload Workload { get; }

    /// <summary>What they saw.</summary>
    public HistoryRecorder History { get; }

    /// <summary>The brokers that they know from the beginning.</summary>
    public IReadOnlyList<BrokerAddress> Bootstrap { get; }

    /// <summary>The clients.</summary>
    public IReadOnlyList<SimulatedClient> Clients => _clients;

    /// <summary>All clients have done what they were to do. Never true while one stays dead or paused.</summary>
    public bool AllDone => _notDone == 0;

    /// <summary>Whether an answer to acks=1 means that the record survives everything that is not a fault of the disk.</summary>
    public bool LeaderAcksAreDurable { get; init; } = true;

    /// <summary>Topics whose records may be destroyed on the disk: what clients read there may be corrupt.</summary>
    public IReadOnlyList<string> ExpendableTopics { get; init; } = [];

    /// <summary>Whether faults may destroy everything that the brokers remember, so that ids may be given twice.</summary>
    public bool MayForget { get; init; }

    /// <summary>Whether a group that is left alone may lose its committed offsets within the run.</summary>
    public bool OffsetsMayExpire { get; init; }

    /// <summary>The brokers' <c>message.max.bytes</c>.</summary>
    public int MessageBytesMax { get; init; } = DefaultMessageBytesMax;

    /// <summary>Whether brokers remember a producer for longer than a run lasts: <c>producer.id.expiration.ms</c> is not small.</summary>
    public bool ProducersAreRemembered { get; init; } = true;

    /// <summary>Told of each answer that promises records to be written: topic id, partition, last offset.</summary>
    public Action<Uuid, int, long> OnPromised { get; set; } = static (_, _, _) => { };

    /// <summary>Told of each commit that was answered: group, topic that nobody deletes, partition.</summary>
    public Action<string, string, int> OnCommitted { get; set; } = static (_, _, _) => { };

    /// <summary>Told when a member got what a generation assigns to it.</summary>
    public Action OnAssigned { get; set; } = static () => { };

    /// <summary>Whether a log has anything to read from an offset on: topic id, partition, offset.</summary>
    public Func<Uuid, int, long, bool> HoldsFrom { get; set; } = static (_, _, _) => true;

    /// <summary>What brokers promised to administrators.</summary>
    public Promises Promises { get; init; } = new();

    /// <summary>Quotas that a client asked for without hearing the answer, over all its lives.</summary>
    internal HashSet<(string Client, string Key)> QuotasInDoubt { get; } = [];

    internal GroupObserver Groups { get; }

    /// <summary>Whether the coordinator shares out the partitions of a group, or may at times.</summary>
    internal bool IsAssignedByServer(string group) => _consumerProtocolGroups.Contains(group);

    /// <summary>How often a broker's process has ended.</summary>
    internal int BrokerDeaths { get; private set; }

    internal TransactionObserver Transactions { get; } = new();

    internal BatchCodecs Codecs { get; } = new(new BufferPool());

    internal RecordBatchBuilder BatchBuilder { get; }

    /// <summary>Values given out so far; all below exist.</summary>
    internal long ValuesTaken => _values;

    /// <inheritdoc/>
    public void Dispose() => Codecs.Dispose();

    /// <summary>The clients come, each at its time from now on.</summary>
    public void Start()
    {
        foreach (var client in _clients)
        {
            _supervisor.After(client.Plan.StartMs * 1000L, client.Boot);
        }
    }

    /// <summary>
    /// Everything has healed and the clients are done: new clients read every log from its start to its end. Before the
    /// first poll of them the history is marked, so call it once.
    /// </summary>
    public FinalReads StartFinalReads()
    {
        _finalReads = new FinalReads(this, _addNode("final"), History.Count);
        _finalReads.Start();
        return _finalReads;
    }

    /// <summary>By what the history is to be judged.</summary>
    public CheckOptions CheckOptions()
    {
        var deletedBelow = new Dictionary<LogKey, long>();
        var sent = History.ToHistory().Ops.SelectMany(op => op.Mops).OfType<SendMop>().Select(send => send.Key).Distinct().ToList();
        foreach (var key in sent)
        {
            // A log of a topic that was deleted: nobody can read it any more.
            if (key.TopicId is not null && _finalReads is { } reads && !reads.LogStarts.ContainsKey(key))
            {
                deletedBelow[key] = long.MaxValue;
            }
        }

        if (_finalReads is not null)
        {
            foreach (var (key, logStart) in _finalReads.LogStarts)
            {
                deletedBelow[key] = logStart;
            }
        }

        return new CheckOptions
        {
            FinalPollsFrom = _finalReads?.HistoryFrom,
            DeletedBelow = deletedBelow,
            ExcusedLoss = [.. sent.Where(key => ExpendableTopics.Contains(key.Topic, StringComparer.Ordinal)).Select(key => new LossExcuse(key))],
            GroupsWithMemberEpochs = [.. _consumerProtocolGroups],
            GroupsWithExcusedLoss = !MayForget && !OffsetsMayExpire ? [] : [.. Workload.Clients.SelectMany(client => client.Operations).OfType<SubscribeOperation>()
                .Select(operation => operation.Group).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The plan of a topic; null for one that is not ours.</summary>
    internal PlannedTopic? PlanOf(string topic) => _topicNumbers.TryGetValue(topic, out var number) ? Workload.Topics[number] : null;

    /// <summary>The position of a topic in the workload.</summary>
    internal int NumberOf(string topic) => _topicNumbers[topic];

    /// <summary>Whether what is sent and read there stands in the history.</summary>
    internal bool IsRecorded(int topic) => !Workload.Topics[topic].IsCompacted;

    /// <summary>Whether bits have changed on the wire in this run: a batch whose CRC says so is fetched again.</summary>
    private bool HasCorruptWire => _world.FaultCounts[FaultKind.NetworkCorruption] > 0;

    /// <summary>Whether a fault excuses a batch whose CRC does not fit.</summary>
    internal bool MayBeCorrupt(int topic) => HasCorruptWire || IsExpendable(topic);

    /// <summary>Whether the disk may hold there what was sent elsewhere.</summary>
    internal bool IsExpendable(int topic) => ExpendableTopics.Contains(Workload.Topics[topic].Name, StringComparer.Ordinal);

    /// <summary>Where transactions can be judged: no fault may destroy their markers.</summary>
    internal bool MayTransact(int topic) => !IsExpendable(topic);

    /// <summary>What lies below is deleted for good, as a client was told; 0 where nobody was told, or the disk may do what it wants.</summary>
    internal long DeletedBelow(string topic, int partition) =>
        MayBeCorrupt(NumberOf(topic)) ? 0 : Promises.DeletedBelow(new TopicPartition(topic, partition));

    /// <summary>So many values that no record had before.</summary>
    internal long TakeValues(int count)
    {
        _values += count;
        return _values - count;
    }

    /// <summary>A process number that the history does not have yet.</summary>
    internal int TakeHistoryProcess() => _historyProcesses++;

    /// <summary>A client saw what must never be.</summary>
    internal void Fail(ViolationException violation) => _world.Fail(violation.Invariant, violation.Message);

    /// <summary>The coordinator removed a group, which was empty and had no offsets: the next one of that name is another.</summary>
    public void OnGroupRemoved(string group) => Groups.OnRemoved(group);

    /// <summary>The process of a broker ended, however it did.</summary>
    public void OnBrokerEnded()
    {
        BrokerDeaths++;
        Groups.OnBrokerEnded();
    }

    internal void OnDone() => _notDone--;

    /// <summary>A client is about to have a topic deleted.</summary>
    internal static void OnDeleting(PlannedTopic topic) =>
        Kernel.Check.That(topic.MayBeDeleted, $"the plan of {topic.Name} does not say that it may be deleted");

    /// <summary>A broker gave a producer its id.</summary>
    internal void OnProducerId(long producerId, short epoch)
    {
        if (producerId < 0 || epoch != 0 || (!_producerIds.Add(producerId) && !MayForget))
        {
            throw new ViolationException("producer-ids-unique", $"InitProducerId gives id {producerId} with epoch {epoch}, which is no new one");
        }
    }

    /// <summary>A batch was appended: was it one that may be?</summary>
    internal void OnAppended(ProducerLane lane, ProducerBatch batch, short acks)
    {
        if (acks == -1)
        {
            OnAcknowledged(lane, batch, batch.BaseOffset);
        }

        var plan = Workload.Topics[lane.TopicNumber];
        if (batch.Bytes?.Length > MessageBytesMaxOf(plan) && !plan.Configs.ContainsKey("compression.type"))
        {
            throw new ViolationException("limits", $"{lane.Key} took a batch of {batch.Bytes.Length} bytes; it may take {MessageBytesMaxOf(plan)}");
        }
    }

    /// <summary>An answer that stands for all in-sync replicas said where a batch is.</summary>
    internal void OnAcknowledged(ProducerLane lane, ProducerBatch batch, long baseOffset)
    {
        if (!lane.TopicId.IsZero && baseOffset >= 0)
        {
            OnPromised(lane.TopicId, lane.Partition, baseOffset + batch.Plan.Records.Count - 1);
        }
    }

    /// <summary>
    /// A batch was called out of order. The first attempt of the one that follows what is acknowledged never is, as long as
    /// the log loses nothing that it acknowledged, and is not another of the same name.
    /// </summary>
    internal void OnOutOfOrder(ProducerLane lane, ProducerBatch batch, bool isNext, bool isByName)
    {
        var mayBeAnother = isByName && Workload.Topics[lane.TopicNumber].MayBeDeleted;
        if (isNext && !mayBeAnother && batch.Attempts == 1 && LeaderAcksAreDurable && !MayBeCorrupt(lane.TopicNumber))
        {
            throw new ViolationException(
                "in-sequence", $"{lane.Key} calls sequence {batch.Sequence} out of order, though everything before it is acknowledged");
        }
    }

    /// <summary>A batch was refused: was that right?</summary>
    internal void OnRefused(ErrorCode error, ProducerLane lane, ProducerBatch batch)
    {
        var plan = Workload.Topics[lane.TopicNumber];
        var limit = Math.Min(MessageBytesMaxOf(plan), SegmentBytesOf(plan));
        var isRight = error switch
        {
            ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge => batch.Bytes?.Length > limit || plan.Configs.ContainsKey("compression.type"),
            ErrorCode.InvalidRecord => plan.IsCompacted && batch.Plan.Records.Any(record => record.Key is null),
            ErrorCode.InvalidTimestamp => true,
            ErrorCode.UnsupportedCompressionType => batch.Plan.Codec == CompressionCodec.Zstd, // To clients before version 7 of Produce.
            _ => false,
        };
        if (!isRight)
        {
            throw new ViolationException("expected-errors", $"Produce to {lane.Key} answers {error} to a batch of {batch.Bytes?.Length} bytes");
        }
    }

    /// <summary>Nothing of a compacted log is left between a position and its end: a reader stays where it is, as with Apache Kafka.</summary>
    internal bool IsCleanedAwayFrom(ConsumedPartition partition) => Workload.Topics[partition.TopicNumber].IsCompacted
        && partition.Position is { } position && !HoldsFrom(partition.TopicId, partition.Partition, position);

    private int MessageBytesMaxOf(PlannedTopic topic) => topic.Configs.TryGetValue("max.message.bytes", out var text) ? Number(text) : MessageBytesMax;

    private static int SegmentBytesOf(PlannedTopic topic) =>
        topic.Configs.TryGetValue("internal.segment.bytes", out var text) || topic.Configs.TryGetValue("segment.bytes", out text) ? Number(text) : int.MaxValue;

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
