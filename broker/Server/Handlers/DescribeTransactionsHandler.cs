using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Transactions;
using Described = Deterministic.Protocol.Apis.DescribeTransactionsResponse.DescribedTransaction;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeTransactions (65). Lives as long as its shard.</summary>
public sealed class DescribeTransactionsHandler(TransactionCalls calls)
    : IRequestHandler<DescribeTransactionsRequest, DescribeTransactionsResponse>
{
    /// <inheritdoc/>
    public async ValueTask<DescribeTransactionsResponse> HandleAsync(DescribeTransactionsRequest request, RequestContext context)
    {
        var asked = new Task<Described>[request.TransactionalIds.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            var id = request.TransactionalIds[i];
            asked[i] = calls.AskAsync(
                id,
                id,
                TransactionListings.Failed(id, id.IsNullOrEmpty ? ErrorCode.InvalidRequest : ErrorCode.NotCoordinator),
                static (TransactionCoordinator c, int partition, Protocol.Wire.Text r, Action<Described> answer) => answer(c.Describe(partition, r)));
        }

        var response = new DescribeTransactionsResponse();
        foreach (var task in asked)
        {
            response.TransactionStates.Add(await task);
        }

        return response;
    }
}
