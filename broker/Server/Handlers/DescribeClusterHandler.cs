using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeCluster (60): cluster id, controller and brokers as clients of the listener reach them. Lives as long as its shard.</summary>
public sealed class DescribeClusterHandler(MetadataCache cache, NodeIdentity node)
    : IRequestHandler<DescribeClusterRequest, DescribeClusterResponse>
{
    private const sbyte BrokerEndpoints = 1;
    private const sbyte ControllerEndpoints = 2;

    /// <inheritdoc/>
    public ValueTask<DescribeClusterResponse> HandleAsync(DescribeClusterRequest request, RequestContext context) =>
        ValueTask.FromResult(request.EndpointType switch
        {
            BrokerEndpoints => Describe(request, context),
            ControllerEndpoints => Refuse(
                ErrorCode.MismatchedEndpointType,
                "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"),
            _ => Refuse(ErrorCode.UnsupportedEndpointType, $"Unsupported endpoint type {request.EndpointType}"),
        });

    private static DescribeClusterResponse Refuse(ErrorCode error, string message) =>
        new() { ErrorCode = (short)error, ErrorMessage = Text.Of(message) };

    private DescribeClusterResponse Describe(in DescribeClusterRequest request, RequestContext context)
    {
        var response = new DescribeClusterResponse { ClusterId = Text.Of(node.ClusterId), ControllerId = node.NodeId };
        foreach (var broker in cache.Image.Brokers.Values)
        {
            if ((!broker.IsFenced || request.IncludeFencedBrokers) && broker.FindEndpoint(context.ListenerName) is { } endpoint)
            {
                response.Brokers.Add(new DescribeClusterResponse.DescribeClusterBroker
                {
                    BrokerId = broker.BrokerId,
                    Host = Text.Of(endpoint.Host),
                    Port = endpoint.Port,
                    Rack = Text.Of(broker.Rack),
                    IsFenced = broker.IsFenced,
                });
            }
        }

        if (request.IncludeClusterAuthorizedOperations)
        {
            response.ClusterAuthorizedOperations = AuthorizedOperations.Cluster;
        }

        return response;
    }
}
