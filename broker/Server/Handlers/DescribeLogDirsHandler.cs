using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Storage;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeLogDirs (35): the log directories of this node, and the size of each replica in them. Owned by one shard, lives as long.</summary>
internal sealed class DescribeLogDirsHandler(BrokerShard home) : IRequestHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    private readonly record struct Replica(string Directory, TopicPartition Partition, long SizeBytes, long OffsetLag, bool IsFuture);

    /// <inheritdoc/>
    public async ValueTask<DescribeLogDirsResponse> HandleAsync(DescribeLogDirsRequest request, RequestContext context)
    {
        var asked = AskedOf(request);
        var replicas = new List<Replica>();
        foreach (var shard in home.Peers)
        {
            replicas.AddRange(await Shard.InvokeAsync(shard.Shard, static s => Collect(s), shard));
        }

        var response = new DescribeLogDirsResponse();
        foreach (var directory in home.Directories)
        {
            response.Results.Add(Describe(home.Config, directory, replicas.Where(replica =>
                replica.Directory == directory.Directory.Path && (asked is null || asked.Contains(replica.Partition)))));
        }

        foreach (var path in home.UnusableDirectories)
        {
            response.Results.Add(new DescribeLogDirsResponse.DescribeLogDirsResult { LogDir = Text.Of(path), ErrorCode = (short)ErrorCode.KafkaStorageError });
        }

        return response;
    }

    /// <summary>Null for all of them.</summary>
    private static HashSet<TopicPartition>? AskedOf(in DescribeLogDirsRequest request)
    {
        if (request.Topics.IsNull)
        {
            return null;
        }

        var asked = new HashSet<TopicPartition>();
        foreach (ref var topic in request.Topics)
        {
            var name = topic.Topic.ToString();
            foreach (var partition in topic.Partitions)
            {
                asked.Add(new TopicPartition(name, partition));
            }
        }

        return asked;
    }

    private static List<Replica> Collect(BrokerShard shard)
    {
        var replicas = new List<Replica>(shard.Partitions.Count);
        foreach (var partition in shard.Partitions.Values)
        {
            if (!partition.IsGone)
            {
                var log = partition.Log;
                replicas.Add(new Replica(
                    log.Directory.Path, partition.TopicPartition, log.SizeBytes, Math.Max(0, log.HighWatermark - log.LogEndOffset), false));
                if (partition.Move?.Future is { } future)
                {
                    replicas.Add(new Replica(
                        future.Directory.Path, partition.TopicPartition, future.SizeBytes, Math.Max(0, log.LogEndOffset - future.LogEndOffset), true));
                }
            }
        }

        return replicas;
    }

    private static DescribeLogDirsResponse.DescribeLogDirsResult Describe(Configs.BrokerConfig config, GroupCommit directory, IEnumerable<Replica> replicas)
    {
        var result = new DescribeLogDirsResponse.DescribeLogDirsResult 
        {
            LogDir = Text.Of(directory.Directory.Path), IsCordoned = config.IsCordoned(directory.Directory.Path),
        };
        try
        {
            if (!directory.IsOffline)
            {
                (result.TotalBytes, result.UsableBytes) = directory.Directory.Space();
                AddTopics(ref result, replicas);
                return result;
            }
        }
        catch (IOException)
        {
            Mark.Hit("log-dirs.space-unknown");
        }

        result.ErrorCode = (short)ErrorCode.KafkaStorageError;
        return result;
    }

    private static void AddTopics(ref DescribeLogDirsResponse.DescribeLogDirsResult result, IEnumerable<Replica> replicas)
    {
        foreach (var topic in replicas.GroupBy(replica => replica.Partition.Topic, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var described = new DescribeLogDirsResponse.DescribeLogDirsTopic { Name = Text.Of(topic.Key) };
            foreach (var replica in topic.OrderBy(replica => replica.Partition.Partition))
            {
                described.Partitions.Add(new DescribeLogDirsResponse.DescribeLogDirsPartition
                {
                    PartitionIndex = replica.Partition.Partition,
                    PartitionSize = replica.SizeBytes,
                    OffsetLag = replica.OffsetLag,
                    IsFutureKey = replica.IsFuture,
                });
            }

            result.Topics.Add(described);
        }
    }
}
