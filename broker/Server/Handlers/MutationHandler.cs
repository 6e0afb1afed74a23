using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Quotas;

namespace Deterministic.Server.Handlers;

/// <summary>
/// Serves an API that creates or deletes partitions: the controller decides, within the quota of the client (KIP-599). Versions
/// before <paramref name="strictSince"/> know no error for that: all is done, and the client waits. Lives as long as its shard.
/// </summary>
internal sealed class MutationHandler<TRequest, TResponse>(IControllerClient controller, short strictSince, Decide<TRequest, TResponse> decide)
    : IRequestHandler<TRequest, TResponse>
    where TRequest : struct, IRequest
    where TResponse : struct, IMessage
{
    /// <inheritdoc/>
    public async ValueTask<TResponse> HandleAsync(TRequest request, RequestContext context)
    {
        if (context.MutationQuota is not { } share)
        {
            return await controller.DecideAsync(request, decide);
        }

        var isStrict = context.Version >= strictSince;
        var quota = MutationQuota.Unlimited;
        var response = await controller.DecideAsync<TRequest, TResponse>(request, (in asked, decision) =>
        {
            quota = decision.MutationQuotas?.Open(share, isStrict) ?? MutationQuota.Unlimited;
            return decide(asked, decision with { MutationQuota = quota });
        });
        context.ThrottleMs = quota.ThrottleMs;
        return response;
    }
}
