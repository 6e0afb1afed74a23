using System.Collections.Immutable;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Assignors;

/// <summary>Shares the partitions of topics among the members that subscribe to them: each goes to exactly one. Stateless.</summary>
internal interface IConsumerAssignor
{
    /// <summary>As clients and <c>group.consumer.assignors</c> name it.</summary>
    string Name { get; }

    /// <summary>What each member shall have. The members come in the order of their ids.</summary>
    IReadOnlyDictionary<Text, ImmutableSortedSet<TopicIdPartition>> Assign(
        IReadOnlyList<AssignorMember> members, IReadOnlyDictionary<Protocol.Uuid, int> partitionCounts);
}
