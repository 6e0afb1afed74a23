using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Configs;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>
/// InitProducerId (22): a producer id for an idempotent producer. A transactional id has no coordinator here yet, which is
/// said as FindCoordinator says it. Owned by one shard, lives as long.
/// </summary>
internal sealed class InitProducerIdHandler(ProducerIdSource ids, BrokerConfig config)
    : IRequestHandler<InitProducerIdRequest, InitProducerIdResponse>
{
    /// <inheritdoc/>
    public async ValueTask<InitProducerIdResponse> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        if (!request.TransactionalId.IsNull)
        {
            Mark.Hit("producer-id.transactional-refused");
            return Refused(ErrorOf(request));
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

    private ErrorCode ErrorOf(in InitProducerIdRequest request)
    {
        if (request.TransactionalId.IsNullOrEmpty || (request.ProducerId == -1) != (request.ProducerEpoch == -1))
        {
            return ErrorCode.InvalidRequest;
        }

        return request.TransactionTimeoutMs <= 0 || request.TransactionTimeoutMs > config.TransactionMaxTimeoutMs
            ? ErrorCode.InvalidTransactionTimeout
            : ErrorCode.CoordinatorNotAvailable;
    }

    private static InitProducerIdResponse Refused(ErrorCode error) => new() { ErrorCode = (short)error, ProducerEpoch = -1 };
}
