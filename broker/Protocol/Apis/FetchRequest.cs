using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 1, Fetch: Read record batches (consumer), replicate (follower ReplicaId&gt;=0) and replicate the KRaft metadata log (controller listener); incremental fetch sessions v7+, topic ids v13+, diverging-epoch truncation v12+.</summary>
public struct FetchRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.Fetch, First: 4, Last: 18, FlexibleSince: 12);

    public Text ClusterId = Text.Null;
    public int ReplicaId = -1;
    public ReplicaStateData ReplicaState = new();
    public int MaxWaitMs;
    public int MinBytes;
    public int MaxBytes = int.MaxValue;
    public sbyte IsolationLevel;
    public int SessionId;
    public int SessionEpoch = -1;
    public Seq<FetchTopic> Topics;
    public Seq<ForgottenTopic> ForgottenTopicsData;
    public Text RackId;

    /// <summary>All fields at their defaults.</summary>
    public FetchRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 2;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 4, until: 14))
        {
            wire.Int32(ref ReplicaId);
        }

        wire.Int32(ref MaxWaitMs);
        wire.Int32(ref MinBytes);
        wire.Int32(ref MaxBytes);
        wire.Int8(ref IsolationLevel);

        if (wire.Has(since: 7))
        {
            wire.Int32(ref SessionId);
            wire.Int32(ref SessionEpoch);
        }

        wire.Array(ref Topics);

        if (wire.Has(since: 7))
        {
            wire.Array(ref ForgottenTopicsData);
        }

        if (wire.Has(since: 11))
        {
            wire.String(ref RackId);
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
                wire.String(ref ClusterId, nullableSince: 12);
                break;
            case 1:
                wire.Struct(ref ReplicaState);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 12,
        1 => version >= 15,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => ClusterId.IsNull,
        1 => ReplicaState.IsDefault,
        _ => true,
    };

    /// <summary>The struct <c>replicaState</c>.</summary>
    public struct ReplicaStateData : IMessage
    {
        public int ReplicaId = -1;
        public long ReplicaEpoch = -1;

        /// <summary>All fields at their defaults.</summary>
        public ReplicaStateData()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <summary>Whether every field equals its default.</summary>
        internal readonly bool IsDefault => ReplicaId == -1 && ReplicaEpoch == -1;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 15))
            {
                wire.Int32(ref ReplicaId);
                wire.Int64(ref ReplicaEpoch);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct FetchTopic : IMessage
    {
        public Text Topic;
        public Uuid TopicId;
        public Seq<FetchPartition> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 4, until: 12))
            {
                wire.String(ref Topic);
            }

            if (wire.Has(since: 13))
            {
                wire.Uuid(ref TopicId);
            }

            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>partitions</c>.</summary>
    public struct FetchPartition : IMessage
    {
        public int Partition;
        public int CurrentLeaderEpoch = -1;
        public long FetchOffset;
        public int LastFetchedEpoch = -1;
        public long LogStartOffset = -1;
        public int PartitionMaxBytes;
        public Uuid ReplicaDirectoryId;
        public long HighWatermark = long.MaxValue;

        /// <summary>All fields at their defaults.</summary>
        public FetchPartition()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public readonly int TagCount => 2;

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref Partition);

            if (wire.Has(since: 9))
            {
                wire.Int32(ref CurrentLeaderEpoch);
            }

            wire.Int64(ref FetchOffset);

            if (wire.Has(since: 12))
            {
                wire.Int32(ref LastFetchedEpoch);
            }

            if (wire.Has(since: 5))
            {
                wire.Int64(ref LogStartOffset);
            }

            wire.Int32(ref PartitionMaxBytes);
            wire.Tags(ref this);
        }

        /// <inheritdoc/>
        public void WalkTag<TWire>(ref TWire wire, int tag)
            where TWire : struct, IWire, allows ref struct
        {
            switch (tag)
            {
                case 0:
                    wire.Uuid(ref ReplicaDirectoryId);
                    break;
                case 1:
                    wire.Int64(ref HighWatermark);
                    break;
            }
        }

        /// <inheritdoc/>
        public readonly bool HasTag(int tag, short version) => tag switch
        {
            0 => version >= 17,
            1 => version >= 18,
            _ => false,
        };

        /// <inheritdoc/>
        public readonly bool IsTagDefault(int tag) => tag switch
        {
            0 => ReplicaDirectoryId.IsZero,
            1 => HighWatermark == long.MaxValue,
            _ => true,
        };
    }

    /// <summary>One of <c>forgottenTopicsData</c>.</summary>
    public struct ForgottenTopic : IMessage
    {
        public Text Topic;
        public Uuid TopicId;
        public Seq<int> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 7, until: 12))
            {
                wire.String(ref Topic);
            }

            if (wire.Has(since: 13))
            {
                wire.Uuid(ref TopicId);
            }

            if (wire.Has(since: 7))
            {
                wire.Array(ref Partitions);
            }

            wire.Tags(ref this);
        }
    }
}
