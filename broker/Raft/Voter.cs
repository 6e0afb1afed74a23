using System.Collections.Immutable;
using Deterministic.Protocol;

namespace Deterministic.Raft;

/// <summary>A member of the quorum: node, log directory (zero with static voters) and where it listens. Immutable.</summary>
public sealed record Voter(int NodeId, Uuid DirectoryId, ImmutableArray<VoterEndpoint> Endpoints)
{
    /// <summary>The levels of kraft.version that our voters support.</summary>
    public const short KRaftVersionMax = 1;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{NodeId}{(DirectoryId.IsZero ? "" : $"-{DirectoryId}")}@{string.Join(',', Endpoints.Select(e => $"{e.Host}:{e.Port}"))}";
}
