using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 3, PartitionRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct PartitionRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 3, First: 0, Last: 2, FlexibleSince: 0);

    public int PartitionId = -1;
    public Uuid TopicId;
    public Seq<int> Replicas;
    public Seq<int> Isr;
    public Seq<int> RemovingReplicas;
    public Seq<int> AddingReplicas;
    public int Leader = -1;
    public sbyte LeaderRecoveryState;
    public int LeaderEpoch = -1;
    public int PartitionEpoch = -1;
    public Seq<Uuid> Directories;
    public Seq<int> EligibleLeaderReplicas = Seq<int>.Null;
    public Seq<int> LastKnownElr = Seq<int>.Null;

    /// <summary>All fields at their defaults.</summary>
    public PartitionRecord()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 3;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref PartitionId);
        wire.Uuid(ref TopicId);
        wire.Array(ref Replicas);
        wire.Array(ref Isr);
        wire.Array(ref RemovingReplicas);
        wire.Array(ref AddingReplicas);
        wire.Int32(ref Leader);
        wire.Int32(ref LeaderEpoch);
        wire.Int32(ref PartitionEpoch);

        if (wire.Has(since: 1))
        {
            wire.Array(ref Directories);
        }

        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.Int8(ref LeaderRecoveryState);
                break;
            case 1:
                wire.Array(ref EligibleLeaderReplicas, nullableSince: 2);
                break;
            case 2:
                wire.Array(ref LastKnownElr, nullableSince: 2);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 0,
        1 => version >= 2,
        2 => version >= 2,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => LeaderRecoveryState == 0,
        1 => EligibleLeaderReplicas.IsNull,
        2 => LastKnownElr.IsNull,
        _ => true,
    };
}
