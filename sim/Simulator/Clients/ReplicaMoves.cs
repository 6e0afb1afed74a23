using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>Has partitions moved between the log directories that the broker describes. Owned by its client process.</summary>
internal sealed class ReplicaMoves(ClientProcess process)
{
    internal async Task MoveAsync(MoveReplicaOperation operation, long untilMs)
    {
        var plan = process.Fleet.Workload.Topics[operation.Topic];
        if (await process.View.TopicAsync(plan.Name, untilMs) is not { Partitions.Count: > 0 } view)
        {
            return;
        }

        try
        {
            var connection = await process.AnyBrokerAsync([]);
            var all = new DescribeLogDirsRequest { Topics = Seq<DescribeLogDirsRequest.DescribableLogDirTopic>.Null };
            var described = await connection.AskAsync<DescribeLogDirsRequest, DescribeLogDirsResponse>(all);
            if (described.Results.Count == 0)
            {
                throw new ViolationException("expected-errors", $"DescribeLogDirs names no directory and answers {(ErrorCode)described.ErrorCode}");
            }

            var partition = operation.Partition % view.Partitions.Count;
            var directory = new AlterReplicaLogDirsRequest.AlterReplicaLogDir { Path = described.Results[operation.Directory % described.Results.Count].LogDir.ToString() };
            directory.Topics.Add(new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic { Name = plan.Name, Partitions = Seq<int>.Of(partition) });
            var request = new AlterReplicaLogDirsRequest();
            request.Dirs.Add(directory);
            var response = await connection.AskAsync<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>(request);
            var error = (ErrorCode)response.Results[0].Partitions[0].ErrorCode;
            if (error != ErrorCode.None && !ErrorReaction.IsRetriable(error))
            {
                throw new ViolationException("expected-errors", $"AlterReplicaLogDirs of {plan.Name}-{partition} answers {error}");
            }
        }
        catch (RequestLostException)
        {
            // Maybe it moves, maybe not: readers must not see a difference.
        }
    }
}
