using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>ConsumerGroupCurrentMemberAssignmentValue: the value of record type 8 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct ConsumerGroupCurrentMemberAssignmentValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 8, First: 0, Last: 0, FlexibleSince: 0);

    public int MemberEpoch;
    public int PreviousMemberEpoch;
    public sbyte State;
    public Seq<TopicPartitions> AssignedPartitions;
    public Seq<TopicPartitions> PartitionsPendingRevocation;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref MemberEpoch);
        wire.Int32(ref PreviousMemberEpoch);
        wire.Int8(ref State);
        wire.Array(ref AssignedPartitions);
        wire.Array(ref PartitionsPendingRevocation);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>assignedPartitions</c>.</summary>
    public struct TopicPartitions : IMessage
    {
        public Uuid TopicId;
        public Seq<int> Partitions;
        public Seq<int> AssignmentEpochs;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public readonly int TagCount => 1;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Uuid(ref TopicId);
            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }

        /// <inheritdoc/>
        public void WalkTag<TWire>(ref TWire wire, int tag)
            where TWire : struct, IWire, allows ref struct
        {
            switch (tag)
            {
                case 0:
                    wire.Array(ref AssignmentEpochs, nullableSince: 0);
                    break;
            }
        }

        /// <inheritdoc/>
        public readonly bool HasTag(int tag, short version) => tag switch
        {
            0 => version >= 0,
            _ => false,
        };

        /// <inheritdoc/>
        public readonly bool IsTagDefault(int tag) => tag switch
        {
            0 => AssignmentEpochs is { IsNull: false, Count: 0 },
            _ => true,
        };
    }
}
