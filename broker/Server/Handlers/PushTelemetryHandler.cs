using Deterministic.Kernel;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Telemetry;

namespace Deterministic.Server.Handlers;

/// <summary>PushTelemetry (72): hands what was pushed to the shard that remembers the client. Owned by one shard, lives as long.</summary>
internal sealed class PushTelemetryHandler(BrokerShard home) : IRequestHandler<PushTelemetryRequest, PushTelemetryResponse>
{
    /// <inheritdoc/>
    public async ValueTask<PushTelemetryResponse> HandleAsync(PushTelemetryRequest request, RequestContext context)
    {
        var owner = home.Peers[ClientTelemetry.OwnerOf(request.ClientInstanceId, home.Map.ShardCount)];
        var error = await Shard.InvokeAsync(
            owner.Shard, static pushed => pushed.owner.Telemetry.Push(pushed.request, pushed.client), (owner, request, client: context.TelemetryClient()));
        return new PushTelemetryResponse { ErrorCode = (short)error };
    }
}
