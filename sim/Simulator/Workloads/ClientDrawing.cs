using Deterministic.Protocol;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Workloads;

/// <summary>Draws one client and its operations. Lives while its workload is drawn.</summary>
internal sealed class ClientDrawing(Choices choices, Swarm swarm, IReadOnlyList<PlannedTopic> topics)
{
    private static readonly ApiKey[] s_inspected =
    [
        ApiKey.Metadata, ApiKey.DescribeConfigs, ApiKey.DescribeCluster, ApiKey.ListGroups, ApiKey.DescribeGroups, ApiKey.ConsumerGroupDescribe, ApiKey.ListOffsets,
        ApiKey.DescribeTopicPartitions, ApiKey.OffsetForLeaderEpoch, ApiKey.ListPartitionReassignments, ApiKey.FindCoordinator, ApiKey.ApiVersions,
        ApiKey.DescribeLogDirs, ApiKey.DescribeProducers, ApiKey.DescribeQuorum, ApiKey.ListConfigResources, ApiKey.ElectLeaders, ApiKey.UpdateFeatures,
    ];

    private readonly List<PlannedOperation> _operations = [];
    private string _instance = "";
    private int? _group;
    private bool _isStatic;

    /// <summary>The client that creates all topics, some of them late.</summary>
    internal static PlannedClient Creator(Choices choices, IReadOnlyList<PlannedTopic> topics)
    {
        var operations = new List<PlannedOperation>();
        for (var i = 0; i < topics.Count; i++)
        {
            operations.Add(new CreateTopicOperation { Topic = i, ThinkMs = choices.Chance(200, "creator.late") ? choices.Next(3000, "creator.think") : 0 });
        }

        for (var i = 0; i < topics.Count; i++)
        {
            for (var left = topics[i].MayBeDeleted ? 1 + choices.Next(3, "creator.times") : 0; left > 0; left--)
            {
                operations.Add(new DeleteTopicOperation { Topic = i, ThinkMs = choices.Next(3000, "creator.think") });
                if (left > 1 || choices.Chance(700, "creator.again"))
                {
                    operations.Add(new CreateTopicOperation { Topic = i, ThinkMs = (int)choices.Skewed(1000, "creator.think") });
                }
            }
        }

        return new PlannedClient { Name = "creator", Operations = operations };
    }

    internal PlannedClient Draw(string name, int count, bool isFirst)
    {
        var sends = isFirst || choices.Chance(700, "client.sends") ? swarm.Send : 0;
        var polls = sends == 0 || choices.Chance(600, "client.polls") ? swarm.Poll : 0;
        _group = polls > 0 && choices.Chance(swarm.SubscriberPerMille, "client.subscribes") ? choices.Next(swarm.Groups, "client.group") : null;
        _isStatic = choices.Chance(swarm.StaticMemberPerMille, "client.static");
        _instance = choices.Chance(swarm.SharedInstancePerMille, "client.shared-instance") ? "shared" : name;
        if (polls > 0)
        {
            _operations.Add(Consume());
        }

        while (_operations.Count < count)
        {
            if (choices.Chance(swarm.FailPerMille, "client.fails"))
            {
                _operations.Add(Failure(choices, swarm));
            }

            if (choices.Chance(swarm.QuotaPerMille, "client.quota"))
            {
                _operations.Add(QuotaDrawing.Draw(choices));
            }

            _operations.Add(Operation(sends, polls) with { ThinkMs = swarm.ThinkMaxMs == 0 ? 0 : (int)choices.Skewed(swarm.ThinkMaxMs, "client.think") });
        }

        if (swarm.RestMs > 0 && choices.Chance(400, "client.rests"))
        {
            var at = choices.Next(_operations.Count, "client.rest-at");
            _operations[at] = _operations[at] with { ThinkMs = swarm.RestMs };
        }

        return new PlannedClient
        {
            Name = name,
            StartMs = (int)choices.Skewed(3000, "client.start"),
            Versions = Versions(),
            ApiVersionsVersion = (short)choices.Next(6, "client.api-versions"),
            RequestTimeoutMs = choices.Pick([3000, 500, 10_000], "client.request-timeout"),
            Producer = Producer(),
            Consumer = Consumer(),
            Operations = _operations,
        };
    }

    private PlannedOperation Operation(int sends, int polls)
    {
        var seeks = polls > 0 ? swarm.Seek : 0;
        var assigns = polls > 0 ? swarm.Assign : 0;
        var commits = _group is null ? 0 : Math.Max(1, polls);
        var pick = choices.Next((sends + polls) * 4 + seeks + assigns + commits + swarm.Alter + swarm.Move + swarm.Inspect + swarm.Refused + swarm.OwnGroup + swarm.Telemetry, "client.operation");
        if ((pick -= sends * 4) < 0)
        {
            return choices.Chance(swarm.TransactPerMille, "client.transacts") ? Transact() : Send();
        }

        if ((pick -= polls * 4) < 0)
        {
            return new PollOperation
            {
                Commits = _group is not null && choices.Chance(500, "poll.commits"), RecordsMin = 1 + (int)choices.Skewed(100, "poll.records"), TimeoutMs = 1 + (int)choices.Skewed(1500, "poll.timeout"),
            };
        }

        if ((pick -= seeks) < 0)
        {
            var target = choices.Pick(Enum.GetValues<SeekTarget>(), "seek.target");
            return new SeekOperation { Target = target, Distance = choices.Skewed(target == SeekTarget.Time ? 5000 : 200, "seek.distance") };
        }

        if ((pick -= assigns) < 0)
        {
            return _group is not null && choices.Chance(400, "client.leaves") ? new LeaveOperation() : Consume();
        }

        if ((pick -= commits) < 0)
        {
            return choices.Chance(150, "commit.stale") ? new StaleOperation() : new CommitOperation();
        }

        if ((pick -= swarm.Alter) < 0)
        {
            return AlterationDrawing.Operation(choices, topics);
        }

        if ((pick -= swarm.Move) < 0)
        {
            if (choices.Chance(200, "move.throttle"))
            {
                return AlterationDrawing.MoveThrottle(choices);
            }

            return new MoveReplicaOperation
            {
                Topic = choices.Next(topics.Count, "move.topic"), Partition = (int)choices.Skewed(8, "move.partition"), Directory = choices.Next(swarm.LogDirs, "move.directory"),
            };
        }

        return (pick -= swarm.Inspect) < 0 ? Inspect()
            : (pick -= swarm.Refused) < 0 ? Refused()
            : pick - swarm.OwnGroup < 0 ? OwnGroup()
            : Telemetry();
    }

    private OwnGroupOperation OwnGroup() => new() { Topic = choices.Next(topics.Count, "own-group.topic"), DeletesOffsets = choices.Chance(500, "own-group.offsets") };

    private TelemetryOperation Telemetry() => new()
    {
        StaysTheSame = choices.Chance(300, "telemetry.same"), Trick = choices.Pick(Enum.GetValues<TelemetryTrick>(), "telemetry.trick"),
    };

    private RefusedOperation Refused() => new()
    {
        Request = choices.Pick(Enum.GetValues<RefusedRequest>(), "refused.request"),
        Variant = choices.Next(1000, "refused.variant"),
    };

    /// <summary>The client crashes or stands still.</summary>
    internal static PlannedOperation Failure(Choices choices, Swarm swarm) => choices.Chance(500, "client.crashes")
        ? new CrashOperation { RestartMs = (int)choices.Skewed(10_000, "crash.restart"), LosesPower = choices.Chance(swarm.ClientPowerLossPerMille, "crash.power-loss") }
        : new PauseOperation { ForMs = (int)choices.Skewed(12_000, "pause.time") };

    private PlannedOperation Consume() => _group is { } group ? Subscribe(group) : Assign();

    private SubscribeOperation Subscribe(int group) => new()
    {
        Group = $"group-{group}",
        Topics = Assign().Topics,
        IsCooperative = swarm.IsCooperative[group],
        UsesConsumerProtocol = choices.Chance(swarm.ConsumerProtocolPerMille[group], "subscribe.consumer-protocol"),
        UsesPattern = choices.Chance(swarm.PatternPerMille, "subscribe.pattern"),
        InstanceId = _isStatic ? _instance : null,
        SessionTimeoutMs = choices.Pick([6000, 10_000], "subscribe.session"),
        RebalanceTimeoutMs = choices.Pick([5000, 1000, 10_000], "subscribe.rebalance"),
        SubscriptionVersion = (short)choices.Between(swarm.IsCooperative[group] ? 1 : 0, 3, "subscribe.version"),
    };

    private AssignOperation Assign()
    {
        var chosen = Enumerable.Range(0, topics.Count).Where(_ => choices.Chance(600, "assign.topic")).ToList();
        return new AssignOperation
        {
            Topics = chosen.Count > 0 ? chosen : [choices.Next(topics.Count, "assign.one")],
            Half = choices.Chance(200, "assign.half") ? choices.Next(2, "assign.which") : null,
        };
    }

    private InspectOperation Inspect() => new()
    {
        Api = choices.Pick(s_inspected, "inspect.api"),
        Topic = choices.Next(topics.Count, "inspect.topic"),
        Version = choices.Next(20, "inspect.version"),
        IsAboutOne = choices.Chance(500, "inspect.one"),
    };

    private SendOperation Send()
    {
        var batches = new List<PlannedBatch>();
        for (var left = 1 + choices.Next(swarm.BatchesMax, "send.batches"); left > 0; left--)
        {
            var topic = choices.Next(topics.Count, "send.topic");
            batches.Add(new PlannedBatch
            {
                Topic = topic,
                Partition = choices.Next(topics[topic].PartitionsMax, "send.partition"),
                Codec = choices.Pick(swarm.Codecs, "send.codec"),
                IsDamagedAtFirst = choices.Chance(swarm.DamagedPerMille, "send.damaged"),
                Records = Records(topics[topic]),
            });
        }

        return new SendOperation { Batches = batches };
    }

    private TransactOperation Transact() => new()
    {
        TransactionalId = $"tx-{choices.Next(swarm.TransactionalIds, "transact.id")}",
        TimeoutMs = swarm.TransactionTimeoutMs,
        Batches = [.. Send().Batches.Select(batch => batch with { IsDamagedAtFirst = false })],
        CommitsOffset = choices.Chance(400, "transact.offset"),
        LingerMs = choices.Chance(200, "transact.lingers") ? (int)choices.Skewed(2 * swarm.TransactionTimeoutMs, "transact.linger") : 0,
        End = choices.Chance(650, "transact.commits") ? TransactionEnd.Commit
            : choices.Chance(700, "transact.aborts") ? TransactionEnd.Abort
            : TransactionEnd.Leave,
    };

    private List<PlannedRecord> Records(PlannedTopic topic)
    {
        var records = new List<PlannedRecord>();
        var bytesMax = swarm.ValueBytesMax;
        var isOversize = choices.Chance(swarm.OversizePerMille, "send.oversize");
        var count = isOversize ? 1 : 1 + (int)choices.Skewed(swarm.RecordsMax - 1, "send.records");
        for (var i = 0; i < count; i++)
        {
            // Compaction is about keys that come again and go: more of both.
            var isNullKey = choices.Chance(topic.IsCompacted ? swarm.NullKeyPerMille / 20 : swarm.NullKeyPerMille, "record.null-key");
            var nullValuePerMille = topic.IsCompacted ? Math.Max(250, swarm.NullValuePerMille) : swarm.NullValuePerMille;
            records.Add(new PlannedRecord
            {
                Key = isNullKey ? null : choices.Next(topic.IsCompacted ? Math.Min(20, swarm.Keys) : swarm.Keys, "record.key"),
                ValueBytes = choices.Chance(nullValuePerMille, "record.null-value")
                    ? null
                    : isOversize ? (int)choices.Between(1_040_000, 1_060_000, "record.oversize") : (int)choices.Skewed(bytesMax, "record.bytes"),
                Headers = swarm.HeadersMax > 0 ? choices.Next(swarm.HeadersMax, "record.headers") : 0,
                TimestampOffsetMs = swarm.TimestampOffsetMaxMs > 0 ? -choices.Skewed(swarm.TimestampOffsetMaxMs, "record.timestamp") : 0,
                IsIncompressible = choices.Chance(300, "record.incompressible"),
            });
        }

        return records;
    }

    private SortedDictionary<string, short> Versions()
    {
        var versions = new SortedDictionary<string, short>(StringComparer.Ordinal);
        if (choices.Chance(swarm.OldClientPerMille, "client.old"))
        {
            var isOldest = choices.Chance(200, "client.oldest");
            foreach (var api in ApiCatalog.All)
            {
                versions[api.Key.ToString()] = isOldest ? api.First : (short)choices.Between(api.First, api.Last, "client.version");
            }
        }

        return versions;
    }

    private PlannedProducer Producer()
    {
        var isPlain = choices.Chance(swarm.PlainProducerPerMille, "producer.plain");
        return new PlannedProducer
        {
            IsIdempotent = !isPlain,
            Acks = isPlain ? choices.Pick<short>([-1, 1, 0], "producer.acks") : (short)-1,
            InFlightMax = choices.Pick([5, 1, 2], "producer.in-flight"),
            DeliveryTimeoutMs = Math.Min(swarm.DeliveryTimeoutMaxMs, choices.Pick([10_000, 2000, 30_000], "producer.delivery-timeout")),
            AsksTwice = !isPlain && choices.Chance(150, "producer.asks-twice"),
            RaisesEpoch = choices.Chance(500, "producer.raises-epoch"),
            FirstSequence = choices.Chance(200, "producer.wraps") ? int.MaxValue - (int)choices.Skewed(60, "producer.first-sequence") : 0,
        };
    }

    private PlannedConsumer Consumer() => new()
    {
        UsesSessions = choices.Chance(600, "consumer.sessions"),
        ReadsCommitted = choices.Chance(700, "consumer.committed"),
        MaxWaitMs = choices.Pick([200, 20, 500], "consumer.wait"),
        MinBytes = choices.Pick([1, 1, 5000, 0], "consumer.min-bytes"),
        MaxBytes = choices.Pick([1024 * 1024, 1, 1000], "consumer.max-bytes"),
        PartitionMaxBytes = choices.Pick([256 * 1024, 1, 500], "consumer.partition-bytes"),
        ResetsToLatest = choices.Chance(150, "consumer.latest"),
    };
}
