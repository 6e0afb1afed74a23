using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Handlers;

/// <summary>AlterReplicaLogDirs (34): partitions of this node are to move to other log directories. Owned by one shard, lives as long.</summary>
internal sealed class AlterReplicaLogDirsHandler(BrokerShard home) : IRequestHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<AlterReplicaLogDirsResponse> HandleAsync(AlterReplicaLogDirsRequest request, RequestContext context)
    {
        var answers = new SortedDictionary<TopicPartition, ErrorCode>(Comparer<TopicPartition>.Create(Compare));
        foreach (var (directory, partition) in AskedBy(request))
        {
            answers[partition] = await MoveAsync(directory, partition);
        }

        var response = new AlterReplicaLogDirsResponse();
        foreach (var topic in answers.GroupBy(answer => answer.Key.Topic, StringComparer.Ordinal))
        {
            var result = new AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult { TopicName = Text.Of(topic.Key) };
            foreach (var (partition, error) in topic)
            {
                result.Partitions.Add(new AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult
                {
                    PartitionIndex = partition.Partition, ErrorCode = (short)error,
                });
            }

            response.Results.Add(result);
        }

        return response;
    }

    /// <summary>A partition that is named twice goes where it was named last.</summary>
    private static List<(string Directory, TopicPartition Partition)> AskedBy(in AlterReplicaLogDirsRequest request)
    {
        var asked = new List<(string, TopicPartition)>();
        foreach (ref var directory in request.Dirs)
        {
            var path = directory.Path.ToString();
            foreach (ref var topic in directory.Topics)
            {
                var name = topic.Name.ToString();
                foreach (var partition in topic.Partitions)
                {
                    asked.Add((path, new TopicPartition(name, partition)));
                }
            }
        }

        var last = new Dictionary<TopicPartition, string>();
        foreach (var (directory, partition) in asked)
        {
            last[partition] = directory;
        }

        return asked.FindAll(one => last.Remove(one.Item2, out var directory) && directory == one.Item1);
    }

    private static int Compare(TopicPartition a, TopicPartition b)
    {
        var byTopic = string.CompareOrdinal(a.Topic, b.Topic);
        return byTopic != 0 ? byTopic : a.Partition.CompareTo(b.Partition);
    }

    private async Task<ErrorCode> MoveAsync(string directory, TopicPartition partition)
    {
        if (CheckDirectory(directory) is var refused and not ErrorCode.None)
        {
            return refused;
        }

        if (home.Image.FindTopic(partition.Topic) is not { } topic || topic.FindPartition(partition.Partition) is not { } image)
        {
            return PartitionDirectoryName.ForFuture(partition, Guid.Empty.ToString("N")) is null ? ErrorCode.InvalidTopicException : ErrorCode.UnknownTopicOrPartition;
        }

        if (!image.Replicas.Contains(home.NodeId))
        {
            return ErrorCode.ReplicaNotAvailable;
        }

        var owner = home.Peers[home.Map.OwnerOf(topic.Id, partition.Partition)];
        return await Shard.InvokeAsync(owner.Shard, static work => Move(work.Owner, work.Id, work.Path), (Owner: owner, Id: new TopicIdPartition(topic.Id, partition.Partition), Path: directory));
    }

    private ErrorCode CheckDirectory(string path)
    {
        foreach (var directory in home.Directories)
        {
            if (string.Equals(directory.Directory.Path, path, StringComparison.Ordinal))
            {
                return directory.IsOffline ? ErrorCode.KafkaStorageError : ErrorCode.None;
            }
        }

        return home.UnusableDirectories.Contains(path, StringComparer.Ordinal) ? ErrorCode.KafkaStorageError : ErrorCode.LogDirNotFound;
    }

    private static ErrorCode Move(BrokerShard owner, TopicIdPartition id, string path)
    {
        foreach (var directory in owner.Directories)
        {
            if (string.Equals(directory.Directory.Path, path, StringComparison.Ordinal))
            {
                return owner.FindPartition(id) is { } partition ? owner.Moves.Ask(partition, directory) : ErrorCode.KafkaStorageError;
            }
        }

        return ErrorCode.LogDirNotFound;
    }
}
