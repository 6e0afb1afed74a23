using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 60, DescribeCluster: Cluster id, brokers or controllers, endpoint type, authorized ops.</summary>
public struct DescribeClusterRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.DescribeCluster, First: 0, Last: 2, FlexibleSince: 0);

    public bool IncludeClusterAuthorizedOperations;
    public sbyte EndpointType = 1;
    public bool IncludeFencedBrokers;

    /// <summary>All fields at their defaults.</summary>
    public DescribeClusterRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Bool(ref IncludeClusterAuthorizedOperations);

        if (wire.Has(since: 1))
        {
            wire.Int8(ref EndpointType);
        }

        if (wire.Has(since: 2))
        {
            wire.Bool(ref IncludeFencedBrokers);
        }

        wire.Tags(ref this);
    }
}
