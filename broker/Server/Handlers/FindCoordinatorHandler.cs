using System.Globalization;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups;
using Coordinator = Deterministic.Protocol.Apis.FindCoordinatorResponse.Coordinator;

namespace Deterministic.Server.Handlers;

/// <summary>
/// FindCoordinator (10): one key before version 4, several since. Creates the coordinator's topic for the first who asks.
/// Share groups have no coordinator here yet, which clients are told as COORDINATOR_NOT_AVAILABLE. Lives as long as its shard.
/// </summary>
public sealed class FindCoordinatorHandler(GroupCalls groups, TransactionCalls transactions) : IRequestHandler<FindCoordinatorRequest, FindCoordinatorResponse>
{
    private const short KeysSince = 4;
    private const short ShareSince = 6;

    /// <summary>Group, topic id and partition.</summary>
    private const int ShareKeyParts = 3;

    private const sbyte GroupType = 0;
    private const sbyte TransactionType = 1;
    private const sbyte ShareType = 2;

    /// <inheritdoc/>
    public async ValueTask<FindCoordinatorResponse> HandleAsync(FindCoordinatorRequest request, RequestContext context)
    {
        var error = request.KeyType switch
        {
            GroupType => await groups.Routing.EnsureOffsetsTopicAsync(),
            TransactionType => await transactions.Routing.EnsureTopicAsync(),
            ShareType when context.Version >= ShareSince => ErrorCode.CoordinatorNotAvailable,
            _ => ErrorCode.InvalidRequest,
        };
        var response = new FindCoordinatorResponse { ErrorMessage = Text.Null, Host = Text.Empty };
        if (context.Version >= KeysSince)
        {
            foreach (var key in request.CoordinatorKeys)
            {
                response.Coordinators.Add(Find(request.KeyType, key, error, context));
            }

            return response;
        }

        var found = Find(request.KeyType, request.Key, error, context);
        response.ErrorCode = found.ErrorCode;

        // Kafka's word for "no error" in the versions that answer one key.
        response.ErrorMessage = found.ErrorCode == 0 ? "NONE" : found.ErrorMessage;
        response.NodeId = found.NodeId;
        response.Host = found.Host;
        response.Port = found.Port;
        return response;
    }

    private Coordinator Find(sbyte keyType, Text key, ErrorCode error, RequestContext context)
    {
        var isTransaction = keyType == TransactionType;
        var partitionCount = isTransaction ? transactions.Routing.PartitionCount : groups.Routing.OffsetsPartitionCount;
        if (keyType == ShareType && context.Version >= KeysSince)
        {
            var isRefused = error == ErrorCode.InvalidRequest || !IsShareKey(key.ToString().Split(':'));
            return Failed(key, isRefused ? ErrorCode.InvalidRequest : error) with { ErrorMessage = Text.Empty };
        }

        if (error != ErrorCode.None || partitionCount == 0)
        {
            return Failed(key, error != ErrorCode.None ? error : ErrorCode.CoordinatorNotAvailable);
        }

        var partition = JavaHash.PartitionOf(key, partitionCount);
        var endpoint = isTransaction
            ? transactions.Routing.EndpointOf(partition, context.ListenerName)
            : groups.Routing.EndpointOf(partition, context.ListenerName);
        return endpoint is not null
            ? new Coordinator { Key = key, NodeId = endpoint.NodeId, Host = endpoint.Host, Port = endpoint.Port, ErrorMessage = Text.Empty }
            : Failed(key, ErrorCode.CoordinatorNotAvailable);
    }

    private static bool IsShareKey(string[] parts) =>
        parts.Length == ShareKeyParts && parts[0].Length > 0 && Uuid.TryParse(parts[1], out _)
        && int.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static Coordinator Failed(Text key, ErrorCode error) => new()
    {
        Key = key,
        NodeId = -1,
        Host = Text.Empty,
        Port = -1,
        ErrorCode = (short)error,
        ErrorMessage = ErrorCodes.MessageOf(error),
    };
}
