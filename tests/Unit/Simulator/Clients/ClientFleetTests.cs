using Deterministic.Checking;
using Deterministic.Checking.Histories;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Tests.Clients;

public sealed class ClientFleetTests
{
    [Fact]
    public void What_a_producer_sends_a_consumer_reads()
    {
        using var world = new FleetWorld(1, _ => new Workload
        {
            Topics = [new PlannedTopic { Name = "orders", Partitions = 2 }],
            Clients =
            [
                new PlannedClient
                {
                    Name = "writer",
                    Operations =
                    [
                        new CreateTopicOperation { Topic = 0 },
                        new SendOperation { Batches = [Batch(0, 3), Batch(1, 2), Batch(0, 1)] },
                        new SendOperation { Batches = [Batch(0, 5)] },
                    ],
                },
                new PlannedClient
                {
                    Name = "reader",
                    Operations = [new AssignOperation { Topics = [0] }, new PollOperation { RecordsMin = 11, TimeoutMs = 20_000 }],
                },
            ],
        });

        var verdict = world.Run();

        Assert.Equal(CheckOutcome.Valid, verdict.Outcome);
        var ops = world.History.ToHistory().Ops;
        Assert.Equal(3, ops.Count(op => op is { Function: OpFunction.Send, Type: OpType.Ok }));
        Assert.Equal(11, ops.First(op => op is { Function: OpFunction.Poll, Type: OpType.Ok }).Mops.OfType<PollMop>().Single().Records.Count);
        Assert.Equal(11, world.FinalReads!.Records);
    }

    /// <summary>Without faults every drawn workload must come to its end and its history must be good, whatever was drawn.</summary>
    [Fact]
    public void Drawn_workloads_run_to_their_end_with_good_histories()
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            using var world = new FleetWorld(seed, choices => WorkloadGenerator.Draw(choices, new WorkloadOptions { OperationsMax = 120 }));
            var verdict = world.Run();
            Assert.True(verdict.Outcome != CheckOutcome.Invalid, $"seed {seed}: {verdict}");
        }
    }

    /// <summary>Two members share the work, one of them crashes and one walks away from a transaction; still each record comes out once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pipeline_makes_one_record_of_each(bool usesConsumerProtocol)
    {
        const int Records = 30;
        PlannedClient Piper(string name, PlannedOperation third) => new()
        {
            Name = name,
            StartMs = 1000,
            Consumer = new PlannedConsumer { PartitionMaxBytes = 1 },
            Operations =
            [
                new SubscribeOperation { Group = "pipeline", Topics = [0], UsesConsumerProtocol = usesConsumerProtocol }, Pipe(name), Pipe(name), third,
                .. Enumerable.Range(0, 40).Select(_ => Pipe(name)),
            ],
        };
        using var world = new FleetWorld(5, _ => new Workload
        {
            Topics = [new PlannedTopic { Name = "orders", Partitions = 3 }, new PlannedTopic { Name = "bills" }],
            Clients =
            [
                new PlannedClient
                {
                    Name = "writer",
                    Operations =
                    [
                        new CreateTopicOperation { Topic = 0 }, new CreateTopicOperation { Topic = 1 },
                        .. Enumerable.Range(0, Records).Select(number => new SendOperation { Batches = [Batch(number, 1)] }),
                    ],
                },
                Piper("piper-1", new CrashOperation { RestartMs = 500 }),
                Piper("piper-2", Pipe("piper-2") with { End = TransactionEnd.Leave }),
            ],
        });

        Assert.NotEqual(CheckOutcome.Invalid, world.Run().Outcome);
        var made = world.History.ToHistory().Ops.Where(op => op is { Function: OpFunction.Txn, Type: OpType.Ok })
            .SelectMany(op => op.Mops).OfType<SendMop>().Select(send => send.Source!.Value).ToList();
        Assert.Equal(Records, made.Count);
        Assert.Equal(Records, made.Distinct().Count());
    }

    private static PipeOperation Pipe(string name) => new() { TransactionalId = name, TimeoutMs = 3000, Output = 1, PollTimeoutMs = 3000 };

    /// <summary>A broker that works refuses each of them in every variant with the error that is expected of it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_must_be_refused_is(bool isOld)
    {
        var refused = Enum.GetValues<RefusedRequest>().SelectMany(request => Enumerable.Range(0, 8).Select(variant => new RefusedOperation { Request = request, Variant = variant }));
        using var world = new FleetWorld(3, _ => new Workload
        {
            Topics = [new PlannedTopic { Name = "orders" }],
            Clients =
            [
                new PlannedClient
                {
                    Name = "asker",
                    Versions = isOld ? new(StringComparer.Ordinal) { ["OffsetCommit"] = 8, ["DeleteTopics"] = 5, ["LeaveGroup"] = 2, ["Metadata"] = 3 } : new(StringComparer.Ordinal),
                    Operations = [new CreateTopicOperation { Topic = 0 }, .. refused],
                },
            ],
        });

        Assert.NotEqual(CheckOutcome.Invalid, world.Run().Outcome);
    }

    /// <summary>What comes after a misuse is served as if nothing had happened.</summary>
    [Fact]
    public void Misuse_of_every_kind_harms_nobody_else()
    {
        var misuses = Enum.GetValues<HostileKind>().SelectMany(kind => Enumerable.Range(0, 20).Select(number =>
            new HostileOperation { Kind = kind, Case = number * 37, At = number * 101, Amount = 1 + number, HoldMs = 100, StaysOpen = number % 5 == 0 }));
        using var world = new FleetWorld(4, _ => new Workload
        {
            Topics = [new PlannedTopic { Name = "orders" }],
            Clients =
            [
                new PlannedClient { Name = "hostile", Operations = [.. misuses] },
                new PlannedClient
                {
                    Name = "writer",
                    Operations = [new CreateTopicOperation { Topic = 0 }, .. Enumerable.Range(0, 50).Select(_ => new SendOperation { Batches = [Batch(0, 3)], ThinkMs = 200 })],
                },
            ],
        });

        Assert.NotEqual(CheckOutcome.Invalid, world.Run().Outcome);
        Assert.Equal(150, world.FinalReads!.Records);
        Assert.Equal(1, world.Broker.Starts);
    }

    [Fact]
    public void The_same_seed_runs_the_same()
    {
        var (first, second) = (Hash(), Hash());
        Assert.Equal(first, second);

        static (ulong Hash, long Events, string History) Hash()
        {
            using var world = new FleetWorld(7, choices => WorkloadGenerator.Draw(choices, new WorkloadOptions { OperationsMax = 100 }));
            world.Run();
            using var text = new MemoryStream();
            HistoryWriter.Write(world.History.ToHistory(), text);
            return (world.World.Hash.Value, world.World.Events, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(text.ToArray())));
        }
    }

    private static PlannedBatch Batch(int partition, int records) => new()
    {
        Topic = 0, Partition = partition, Records = [.. Enumerable.Range(0, records).Select(i => new PlannedRecord { Key = i, ValueBytes = i * 10 })],
    };
}
