using Deterministic.Raft;

namespace Deterministic.Server.Controller;

/// <summary>The state of the metadata quorum at one moment. Immutable.</summary>
public sealed record QuorumDescription(
    int LeaderId, int LeaderEpoch, long HighWatermark, long LogEndOffset, long TimestampMs, IReadOnlyList<Voter> Voters);
