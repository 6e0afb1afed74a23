using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>
/// InitProducerId (22): a producer id for an idempotent producer; with a transactional id its coordinator answers. Owned by one
/// shard, lives as long.
/// </summary>
internal sealed class InitProducerIdHandler(ProducerIdSource ids, TransactionCalls calls)
    : IRequestHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    /// <inheritdoc/>
    public async ValueTask<InitProducerIdResponse> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        if (!request.TransactionalId.IsNull)
        {
            var response = await calls.AskAsync(
                request.TransactionalId,
                request,
                Refused(request.TransactionalId.IsNullOrEmpty ? ErrorCode.InvalidRequest : ErrorCode.NotCoordinator),
                static (c, partition, r, answer) => c.InitProducerId(partition, r, answer));
            response.ErrorCode = TransactionCalls.ErrorFor((ErrorCode)response.ErrorCode, context.Version, fencedSince: 4);
            return response;
        }

        if (request.ProducerId == -1 != (request.ProducerEpoch == -1))
        {
            Mark.Hit("producer-id.half-given");
            return Refused(ErrorCode.InvalidRequest);
        }

        try
        {
            return new InitProducerIdResponse { ProducerId = await ids.NextAsync() };
        }
        catch (IOException)
        {
            Mark.Hit("producer-id.metadata-log-failed");
            // The metadata log failed, and the broker is about to stop.
            return Refused(ErrorCode.CoordinatorNotAvailable);
        }
    }

    private static InitProducerIdResponse Refused(ErrorCode error) => new() { ErrorCode = (short)error, ProducerEpoch = -1 };
}
