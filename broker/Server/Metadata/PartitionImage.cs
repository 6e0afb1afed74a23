using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>
/// What the metadata log says of one partition. Immutable, read by every shard; lives as long as an image that holds it.
/// <para>Invariants: <see cref="Directories"/> has one entry a replica; the leader is -1 or a replica; ISR, ELR and last known
/// ELR are replicas; <see cref="LeaderEpoch"/> and <see cref="PartitionEpoch"/> never fall.</para>
/// </summary>
public sealed record PartitionImage
{
    /// <summary>As leader: nobody.</summary>
    public const int NoLeader = -1;

    /// <summary>Number within the topic.</summary>
    public required int PartitionId { get; init; }

    /// <summary>Node ids that hold it, the preferred leader first.</summary>
    public required ImmutableArray<int> Replicas { get; init; }

    /// <summary>The log directory of each replica, in the order of <see cref="Replicas"/> (KIP-858; see <see cref="DirectoryIds"/>).</summary>
    public required ImmutableArray<Uuid> Directories { get; init; }

    /// <summary>In-sync replicas.</summary>
    public required ImmutableArray<int> Isr { get; init; }

    /// <summary>Replicas that a reassignment takes away.</summary>
    public ImmutableArray<int> RemovingReplicas { get; init; } = [];

    /// <summary>Replicas that a reassignment adds.</summary>
    public ImmutableArray<int> AddingReplicas { get; init; } = [];

    /// <summary>Eligible leader replicas: out of the ISR, yet known to hold every committed record (KIP-966).</summary>
    public ImmutableArray<int> EligibleLeaderReplicas { get; init; } = [];

    /// <summary>The last member of ISR or ELR before both emptied (KIP-966).</summary>
    public ImmutableArray<int> LastKnownElr { get; init; } = [];

    /// <summary>Node id of the leader, or <see cref="NoLeader"/>.</summary>
    public required int Leader { get; init; }

    /// <summary>Raised with every change of the leader.</summary>
    public required int LeaderEpoch { get; init; }

    /// <summary>Raised with every change of this record.</summary>
    public required int PartitionEpoch { get; init; }

    /// <summary>0: recovered; 1: recovering from an unclean election (KIP-704).</summary>
    public sbyte LeaderRecoveryState { get; init; }

    /// <summary>The log directory that the node keeps it in; zero when the node holds no replica or has not said.</summary>
    public Uuid DirectoryOf(int nodeId)
    {
        var index = Replicas.IndexOf(nodeId);
        return index < 0 ? Uuid.Zero : Directories[index];
    }

    /// <summary>A list as a response takes it, without a copy: responses are only read.</summary>
    public static Seq<int> ToSeq(ImmutableArray<int> nodeIds) =>
        Seq<int>.Of(ImmutableCollectionsMarshal.AsArray(nodeIds) ?? []);
}
