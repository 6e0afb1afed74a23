using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;

namespace Deterministic.Server.Handlers;

/// <summary>EndTxn (26). Waits until it is durable how the transaction ends. Lives as long as its shard.</summary>
public sealed class EndTxnHandler(TransactionCalls calls) : IRequestHandler<EndTxnRequest, EndTxnResponse>
{
    private const short FencedSince = 2;

    /// <summary>Since this version the end raises the epoch, and the answer says so (transaction version 2).</summary>
    private const short EpochRaisedSince = 5;

    private const short RaisingVersion = 2;

    /// <inheritdoc/>
    public async ValueTask<EndTxnResponse> HandleAsync(EndTxnRequest request, RequestContext context)
    {
        var clientVersion = context.Version >= EpochRaisedSince ? RaisingVersion : (short)0;
        var elsewhere = request.TransactionalId.IsNullOrEmpty ? ErrorCode.InvalidRequest : ErrorCode.NotCoordinator;
        var response = await calls.AskAsync(
            request.TransactionalId,
            (Request: request, ClientVersion: clientVersion),
            new EndTxnResponse { ErrorCode = (short)elsewhere },
            static (c, partition, r, answer) => c.EndTransaction(partition, r.Request, r.ClientVersion, answer));
        response.ErrorCode = TransactionCalls.ErrorFor((ErrorCode)response.ErrorCode, context.Version, FencedSince);
        return response;
    }
}
