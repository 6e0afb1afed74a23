using Deterministic.Kernel.Time;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// A member of a classic group. Owned by its group; lives from its join until it leaves, its session expires or another
/// takes its group instance id.
/// </summary>
public sealed class ClassicMember(Text memberId, Text instanceId)
{
    /// <summary>Given by the coordinator. Its text has memory of its own.</summary>
    public Text MemberId { get; } = memberId;

    /// <summary><c>group.instance.id</c>, or null for a dynamic member.</summary>
    public Text InstanceId { get; } = instanceId;

    /// <summary>Whether it is static.</summary>
    public bool IsStatic => !InstanceId.IsNull;

    /// <summary>Client id of its latest join.</summary>
    public Text ClientId { get; set; }

    /// <summary>Address of its latest join.</summary>
    public Text ClientHost { get; set; }

    /// <summary>How long it may be silent.</summary>
    public int SessionTimeoutMs { get; set; }

    /// <summary>How long it may take to join again.</summary>
    public int RebalanceTimeoutMs { get; set; }

    /// <summary>The protocols it speaks, the one it likes best first, each with its opaque metadata.</summary>
    public IReadOnlyList<GroupProtocol> Protocols { get; set; } = [];

    /// <summary>What the leader assigned to it; empty from the start of a rebalance until the leader's answer is durable.</summary>
    public Blob Assignment { get; set; } = Blob.Empty;

    /// <summary>True until its first join is answered.</summary>
    public bool IsNew { get; set; }

    /// <summary>Answers the join that waits, or null.</summary>
    public Action<JoinGroupResponse>? AwaitingJoin { get; set; }

    /// <summary>Answers the sync that waits, or null.</summary>
    public Action<SyncGroupResponse>? AwaitingSync { get; set; }

    /// <summary>When its session ends unless it is heard of.</summary>
    public long SessionDeadlineMs { get; set; }

    /// <summary>Fires at or before <see cref="SessionDeadlineMs"/>: one timer a member, moved on when it fires too early.</summary>
    public ScheduledTimer? SessionTimer { get; set; }

    /// <summary>Whether it speaks that protocol.</summary>
    public bool Supports(Text protocol)
    {
        foreach (var own in Protocols)
        {
            if (own.Name == protocol)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Its metadata for a protocol; empty when it does not speak it.</summary>
    public Blob MetadataOf(Text protocol)
    {
        foreach (var own in Protocols)
        {
            if (own.Name == protocol)
            {
                return own.Metadata;
            }
        }

        return Blob.Empty;
    }

    /// <summary>Whether a join states the same protocols with the same metadata in the same order.</summary>
    public bool Matches(Seq<JoinGroupRequest.JoinGroupRequestProtocol> protocols)
    {
        if (protocols.Count != Protocols.Count)
        {
            return false;
        }

        for (var i = 0; i < protocols.Count; i++)
        {
            if (protocols[i].Name != Protocols[i].Name || protocols[i].Metadata != Protocols[i].Metadata)
            {
                return false;
            }
        }

        return true;
    }
}
