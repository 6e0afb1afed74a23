using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 34, AlterReplicaLogDirs: move replicas to other log directories.</summary>
public struct AlterReplicaLogDirsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.AlterReplicaLogDirs, First: 1, Last: 2, FlexibleSince: 2);

    public Seq<AlterReplicaLogDir> Dirs;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Array(ref Dirs);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>dirs</c>.</summary>
    public struct AlterReplicaLogDir : IMessage
    {
        public Text Path;
        public Seq<AlterReplicaLogDirTopic> Topics;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Path);
            wire.Array(ref Topics);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>topics</c>.</summary>
    public struct AlterReplicaLogDirTopic : IMessage
    {
        public Text Name;
        public Seq<int> Partitions;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Name);
            wire.Array(ref Partitions);
            wire.Tags(ref this);
        }
    }
}
