using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Assignors;

/// <summary>
/// <c>range</c>: the partitions of each topic in order, cut into pieces that differ by one at most. Members take their pieces in
/// the same order in each topic, static ones first by their instance ids, so topics with equally many partitions are shared
/// alike. Stateless.
/// </summary>
internal sealed class RangeAssignor : IConsumerAssignor
{
    /// <inheritdoc/>
    public string Name => "range";

    /// <inheritdoc/>
    public IReadOnlyDictionary<Text, ImmutableSortedSet<TopicIdPartition>> Assign(
        IReadOnlyList<AssignorMember> members, IReadOnlyDictionary<Uuid, int> partitionCounts)
    {
        var ordered = members
            .OrderBy(member => member.InstanceId.IsNull)
            .ThenBy(member => member.InstanceId, TextOrder.Instance)
            .ThenBy(member => member.MemberId, TextOrder.Instance)
            .ToArray();
        var shares = members.ToDictionary(member => member.MemberId, _ => ImmutableSortedSet.CreateBuilder<TopicIdPartition>());
        foreach (var (topic, partitionCount) in partitionCounts.OrderBy(pair => pair.Key))
        {
            var subscribers = ordered.Where(member => member.Topics.Contains(topic)).ToArray();
            var next = 0;
            for (var i = 0; i < subscribers.Length; i++)
            {
                var size = (partitionCount / subscribers.Length) + (i < partitionCount % subscribers.Length ? 1 : 0);
                for (var end = next + size; next < end; next++)
                {
                    shares[subscribers[i].MemberId].Add(new TopicIdPartition(topic, next));
                }
            }
        }

        return shares.ToDictionary(pair => pair.Key, pair => pair.Value.ToImmutable());
    }
}
