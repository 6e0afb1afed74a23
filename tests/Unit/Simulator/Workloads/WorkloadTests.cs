using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Tests.Workloads;

public sealed class WorkloadTests
{
    [Fact]
    public void A_workload_survives_its_file()
    {
        for (var seed = 1UL; seed <= 30; seed++)
        {
            var json = Draw(seed).ToJson();
            Assert.Equal(json, Workload.FromJson(json).ToJson());
        }
    }

    /// <summary>What is false or null by plan must not come back as the default.</summary>
    [Fact]
    public void What_differs_from_the_defaults_comes_back()
    {
        var workload = new Workload
        {
            Clients =
            [
                new PlannedClient
                {
                    Name = "a",
                    Producer = new PlannedProducer { IsIdempotent = false, Acks = 0 },
                    Operations = [new SendOperation { Batches = [new PlannedBatch { Topic = 0, Records = [new PlannedRecord { ValueBytes = null }] }] }],
                },
            ],
        };

        var client = Workload.FromJson(workload.ToJson()).Clients[0];

        Assert.False(client.Producer.IsIdempotent);
        Assert.Equal(0, client.Producer.Acks);
        Assert.Null(Assert.IsType<SendOperation>(client.Operations[0]).Batches[0].Records[0].ValueBytes);
    }

    [Fact]
    public void The_same_choices_draw_the_same_workload() => Assert.Equal(Draw(5).ToJson(), Draw(5).ToJson());

    [Fact]
    public void Operations_name_topics_that_there_are()
    {
        for (var seed = 1UL; seed <= 100; seed++)
        {
            var workload = Draw(seed);
            foreach (var operation in workload.Clients.SelectMany(client => client.Operations))
            {
                var topics = operation switch
                {
                    CreateTopicOperation create => [create.Topic],
                    DeleteTopicOperation delete => [delete.Topic],
                    SendOperation send => send.Batches.Select(batch => batch.Topic),
                    AssignOperation assign => assign.Topics,
                    _ => [],
                };
                Assert.All(topics, topic => Assert.InRange(topic, 0, workload.Topics.Count - 1));
            }
        }
    }

    private static Workload Draw(ulong seed) => WorkloadGenerator.Draw(new Choices(new SeededChooser(seed)), new WorkloadOptions());
}
