using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Telemetry;

namespace Deterministic.Server.Handlers;

/// <summary>GetTelemetrySubscriptions (71): asks the shard that remembers the client. Owned by one shard, lives as long.</summary>
internal sealed class GetTelemetrySubscriptionsHandler(BrokerShard home) : IRequestHandler<GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<GetTelemetrySubscriptionsResponse> HandleAsync(GetTelemetrySubscriptionsRequest request, RequestContext context)
    {
        var id = request.ClientInstanceId.IsZero ? Uuid.FromRandom(home.Shard.Random) : request.ClientInstanceId;
        var owner = home.Peers[ClientTelemetry.OwnerOf(id, home.Map.ShardCount)];
        return await Shard.InvokeAsync(owner.Shard, static asked => asked.owner.Telemetry.Get(asked.id, asked.client), (owner, id, client: context.TelemetryClient()));
    }
}
