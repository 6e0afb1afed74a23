using Deterministic.Protocol;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>One question about one partition that its owner shard answers, and the place of the answer in the response.</summary>
internal readonly record struct OffsetQuestion(
    int TopicIndex, int PartitionIndex, TopicIdPartition Partition, int CurrentLeaderEpoch, long Argument);

/// <summary>What the owner shard answered.</summary>
internal readonly record struct OffsetAnswer(ErrorCode Error, long Timestamp, long Offset, int LeaderEpoch)
{
    internal static OffsetAnswer Refused(ErrorCode error) => new(error, -1, -1, -1);
}
