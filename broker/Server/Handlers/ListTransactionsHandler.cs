using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Handlers;

/// <summary>ListTransactions (66): the transactional ids of all shards of this node. Lives as long as its shard.</summary>
public sealed class ListTransactionsHandler(TransactionCalls calls) : IRequestHandler<ListTransactionsRequest, ListTransactionsResponse>
{
    private const int AllPartitions = -1;

    /// <inheritdoc/>
    public async ValueTask<ListTransactionsResponse> HandleAsync(ListTransactionsRequest request, RequestContext context)
    {
        if (TransactionFilter.TryMake(request, out var filter) is var refused and not ErrorCode.None)
        {
            return new ListTransactionsResponse { ErrorCode = (short)refused };
        }

        var coordinators = calls.Routing.Coordinators;
        var asked = new Task<ListTransactionsResponse>[coordinators.Count];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = TransactionCalls.AskAsync<TransactionFilter, ListTransactionsResponse>(
                coordinators[i], AllPartitions, filter!, static (c, _, f, answer) => answer(c.List(f)));
        }

        var response = new ListTransactionsResponse();
        foreach (var state in filter!.UnknownStates)
        {
            response.UnknownStateFilters.Add(state);
        }

        foreach (var task in asked)
        {
            Add(ref response, await task);
        }

        return response;
    }

    private static void Add(ref ListTransactionsResponse response, in ListTransactionsResponse part)
    {
        if (part.ErrorCode != (short)ErrorCode.None)
        {
            response.ErrorCode = part.ErrorCode;
            response.TransactionStates.Clear();
        }

        foreach (var state in part.TransactionStates)
        {
            response.TransactionStates.Add(state);
        }
    }
}
