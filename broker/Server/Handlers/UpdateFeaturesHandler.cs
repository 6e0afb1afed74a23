using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;

namespace Deterministic.Server.Handlers;

/// <summary>UpdateFeatures (57): the controller decides; what a request says depends on its version. Lives as long as its shard.</summary>
internal sealed class UpdateFeaturesHandler(IControllerClient controller) : IRequestHandler<UpdateFeaturesRequest, UpdateFeaturesResponse>
{
    /// <inheritdoc/>
    public async ValueTask<UpdateFeaturesResponse> HandleAsync(UpdateFeaturesRequest request, RequestContext context)
    {
        var version = context.Version;
        return await controller.DecideAsync<UpdateFeaturesRequest, UpdateFeaturesResponse>(
            request, (in asked, decision) => FeatureUpdate.Decide(asked, version, decision));
    }
}
