using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Groups;

/// <summary>ConsumerGroupMemberMetadataValue: the value of record type 5 of &lt;c&gt;__consumer_offsets&lt;/c&gt;.</summary>
public struct ConsumerGroupMemberMetadataValue : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 5, First: 0, Last: 0, FlexibleSince: 0);

    public Text InstanceId;
    public Text RackId;
    public Text ClientId;
    public Text ClientHost;
    public Seq<Text> SubscribedTopicNames;
    public Text SubscribedTopicRegex;
    public int RebalanceTimeoutMs = -1;
    public Text ServerAssignor;
    public Optional<ClassicMember> ClassicMemberMetadata = default(ClassicMember);

    /// <summary>All fields at their defaults.</summary>
    public ConsumerGroupMemberMetadataValue()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 1;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref InstanceId, nullableSince: 0);
        wire.String(ref RackId, nullableSince: 0);
        wire.String(ref ClientId);
        wire.String(ref ClientHost);
        wire.Array(ref SubscribedTopicNames);
        wire.String(ref SubscribedTopicRegex, nullableSince: 0);
        wire.Int32(ref RebalanceTimeoutMs);
        wire.String(ref ServerAssignor, nullableSince: 0);
        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.TaggedStruct(ref ClassicMemberMetadata, nullableSince: 0);
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
        0 => ClassicMemberMetadata is { HasValue: true, Value: { SessionTimeoutMs: 0, SupportedProtocols.Count: 0 } },
        _ => true,
    };

    /// <summary>The struct <c>classicMemberMetadata</c>.</summary>
    public struct ClassicMember : IMessage
    {
        public int SessionTimeoutMs;
        public Seq<ClassicProtocol> SupportedProtocols;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref SessionTimeoutMs);
            wire.Array(ref SupportedProtocols);
            wire.Tags(ref this);
        }

        /// <summary>One of <c>supportedProtocols</c>.</summary>
        public struct ClassicProtocol : IMessage
        {
            public Text Name;
            public Blob Metadata;

            /// <inheritdoc/>
            public UnknownTags? UnknownTags { get; set; }

            /// <inheritdoc/>
            public void Walk<TWire>(ref TWire wire)
                where TWire : struct, IWire, allows ref struct
            {
                wire.String(ref Name);
                wire.Bytes(ref Metadata);
                wire.Tags(ref this);
            }
        }
    }
}
