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
