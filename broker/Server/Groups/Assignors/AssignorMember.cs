using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Groups.Assignors;

/// <summary>A member as an assignor sees it: who it is, the topics that it wants and that exist, and what it was given before. Immutable.</summary>
internal sealed record AssignorMember(
    Text MemberId, Text InstanceId, ImmutableSortedSet<Uuid> Topics, ImmutableSortedSet<TopicIdPartition> Previous);
