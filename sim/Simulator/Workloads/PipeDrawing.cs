using System.Globalization;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Workloads;

/// <summary>
/// Draws a pipeline: a group of its own that reads the first topic, the topic that it writes, and its members. Stateless.
/// </summary>
internal static class PipeDrawing
{
    private const string Group = "pipeline";
    private const int ClientsMax = 3;
    private const int OperationsMax = 40;
    private const int BatchRecordsMax = 20;

    /// <summary>Adds the topic and the clients. The first topic stays and keeps its records, so that each of them has its output.</summary>
    internal static void Add(Choices choices, WorkloadOptions options, Swarm swarm, List<PlannedTopic> topics, List<PlannedClient> clients)
    {
        topics.Add(TopicDrawing.Kept(choices, options, "pipeline-output"));
        for (var left = 1 + choices.Next(ClientsMax, "pipe.clients"); left > 0; left--)
        {
            clients.Add(Draw(choices, swarm, "piper-" + left.ToString(CultureInfo.InvariantCulture), topics.Count - 1));
        }
    }

    private static PlannedClient Draw(Choices choices, Swarm swarm, string name, int output)
    {
        var transactionalId = choices.Chance(150, "pipe.shared-id") ? "shared-pipe" : name;
        var operations = new List<PlannedOperation> { Subscribe(choices, name) };
        for (var left = 1 + choices.Next(OperationsMax, "pipe.operations"); left > 0; left--)
        {
            if (choices.Chance(swarm.FailPerMille, "client.fails"))
            {
                operations.Add(ClientDrawing.Failure(choices, swarm));
            }

            operations.Add(new PipeOperation
            {
                TransactionalId = transactionalId,
                TimeoutMs = swarm.TransactionTimeoutMs,
                Output = output,
                Partition = choices.Next(4, "pipe.partition"),
                Codec = choices.Pick(swarm.Codecs, "pipe.codec"),
                BatchRecords = 1 + (int)choices.Skewed(BatchRecordsMax - 1, "pipe.batch"),
                PollTimeoutMs = 1 + (int)choices.Skewed(1500, "pipe.poll"),
                LingerMs = choices.Chance(100, "pipe.lingers") ? (int)choices.Skewed(2 * swarm.TransactionTimeoutMs, "pipe.linger") : 0,
                End = choices.Chance(150, "pipe.aborts") ? TransactionEnd.Abort : choices.Chance(60, "pipe.leaves") ? TransactionEnd.Leave : TransactionEnd.Commit,
                ThinkMs = swarm.ThinkMaxMs == 0 ? 0 : (int)choices.Skewed(swarm.ThinkMaxMs, "client.think"),
            });
        }

        return new PlannedClient
        {
            Name = name,
            StartMs = (int)choices.Skewed(3000, "client.start"),
            Producer = new PlannedProducer { IsIdempotent = true, InFlightMax = choices.Pick([5, 1], "producer.in-flight") },
            Consumer = new PlannedConsumer
            {
                UsesSessions = choices.Chance(600, "consumer.sessions"), PartitionMaxBytes = choices.Pick([500, 1, 256 * 1024], "consumer.partition-bytes"),
            },
            Operations = operations,
        };
    }

    private static SubscribeOperation Subscribe(Choices choices, string name) => new()
    {
        Group = Group,
        Topics = [0],
        UsesConsumerProtocol = choices.Chance(500, "pipe.consumer-protocol"),
        InstanceId = choices.Chance(200, "pipe.static") ? name : null,
        SessionTimeoutMs = 6000,
        RebalanceTimeoutMs = choices.Pick([5000, 1000], "subscribe.rebalance"),
    };
}
