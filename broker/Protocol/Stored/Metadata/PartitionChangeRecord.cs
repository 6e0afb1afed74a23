using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Metadata;

/// <summary>Metadata record 5, PartitionChangeRecord: what the controller writes to &lt;c&gt;__cluster_metadata&lt;/c&gt;.</summary>
public struct PartitionChangeRecord : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 5, First: 0, Last: 2, FlexibleSince: 0);

    public int PartitionId = -1;
    public Uuid TopicId;
    public Seq<int> Isr = Seq<int>.Null;
    public int Leader = -2;
    public Seq<int> Replicas = Seq<int>.Null;
    public Seq<int> RemovingReplicas = Seq<int>.Null;
    public Seq<int> AddingReplicas = Seq<int>.Null;
    public sbyte LeaderRecoveryState = -1;
    public Seq<Uuid> Directories = Seq<Uuid>.Null;
    public Seq<int> EligibleLeaderReplicas = Seq<int>.Null;
    public Seq<int> LastKnownElr = Seq<int>.Null;

    /// <summary>All fields at their defaults.</summary>
    public PartitionChangeRecord()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 9;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref PartitionId);
        wire.Uuid(ref TopicId);
        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.Array(ref Isr, nullableSince: 0);
                break;
            case 1:
                wire.Int32(ref Leader);
                break;
            case 2:
                wire.Array(ref Replicas, nullableSince: 0);
                break;
            case 3:
                wire.Array(ref RemovingReplicas, nullableSince: 0);
                break;
            case 4:
                wire.Array(ref AddingReplicas, nullableSince: 0);
                break;
            case 5:
                wire.Int8(ref LeaderRecoveryState);
                break;
            case 6:
                wire.Array(ref EligibleLeaderReplicas, nullableSince: 2);
                break;
            case 7:
                wire.Array(ref LastKnownElr, nullableSince: 2);
                break;
            case 8:
                wire.Array(ref Directories, nullableSince: 1);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 0,
        1 => version >= 0,
        2 => version >= 0,
        3 => version >= 0,
        4 => version >= 0,
        5 => version >= 0,
        6 => version >= 2,
        7 => version >= 2,
        8 => version >= 1,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => Isr.IsNull,
        1 => Leader == -2,
        2 => Replicas.IsNull,
        3 => RemovingReplicas.IsNull,
        4 => AddingReplicas.IsNull,
        5 => LeaderRecoveryState == -1,
        6 => EligibleLeaderReplicas.IsNull,
        7 => LastKnownElr.IsNull,
        8 => Directories.IsNull,
        _ => true,
    };
}
