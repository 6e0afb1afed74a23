using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to DescribeCluster (key 60).</summary>
public struct DescribeClusterResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Text ErrorMessage = Text.Null;
    public sbyte EndpointType = 1;
    public Text ClusterId;
    public int ControllerId = -1;
    public Seq<DescribeClusterBroker> Brokers;
    public int ClusterAuthorizedOperations = int.MinValue;

    /// <summary>All fields at their defaults.</summary>
    public DescribeClusterResponse()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);
        wire.String(ref ErrorMessage, nullableSince: 0);

        if (wire.Has(since: 1))
        {
            wire.Int8(ref EndpointType);
        }

        wire.String(ref ClusterId);
        wire.Int32(ref ControllerId);
        wire.Array(ref Brokers);
        wire.Int32(ref ClusterAuthorizedOperations);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>brokers</c>.</summary>
    public struct DescribeClusterBroker : IMessage
    {
        public int BrokerId;
        public Text Host;
        public int Port;
        public Text Rack = Text.Null;
        public bool IsFenced;

        /// <summary>All fields at their defaults.</summary>
        public DescribeClusterBroker()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref BrokerId);
            wire.String(ref Host);
            wire.Int32(ref Port);
            wire.String(ref Rack, nullableSince: 0);

            if (wire.Has(since: 2))
            {
                wire.Bool(ref IsFenced);
            }

            wire.Tags(ref this);
        }
    }
}
