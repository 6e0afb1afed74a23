using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Handlers;

/// <summary>
/// Takes a request from the home shard of its connection to the coordinator of its transactional id and the answer back. Lives as
/// long as the handlers of its shard.
/// </summary>
public sealed class TransactionCalls(ITransactionRouting routing)
{
    /// <summary>What asks a coordinator something that may be answered later.</summary>
    internal delegate void Question<in TRequest, TResponse>(
        TransactionCoordinator coordinator, int partition, TRequest request, Action<TResponse> answer);

    /// <summary>The nodes and partitions.</summary>
    internal ITransactionRouting Routing => routing;

    /// <summary>Asks the coordinator of a transactional id; the answer is <paramref name="ifElsewhere"/> when this node is not the one.</summary>
    internal Task<TResponse> AskAsync<TRequest, TResponse>(
        Text transactionalId, TRequest request, TResponse ifElsewhere, Question<TRequest, TResponse> question)
    {
        var partitionCount = routing.PartitionCount;
        if (partitionCount == 0)
        {
            Mark.Hit("txn.no-state-topic");
            return Task.FromResult(ifElsewhere);
        }

        var partition = JavaHash.PartitionOf(transactionalId, partitionCount);
        return routing.CoordinatorOf(partition) is { } coordinator
            ? AskAsync(coordinator, partition, request, question)
            : Task.FromResult(ifElsewhere);
    }

    /// <summary>Asks one coordinator.</summary>
    internal static Task<TResponse> AskAsync<TRequest, TResponse>(
        TransactionCoordinator coordinator, int partition, TRequest request, Question<TRequest, TResponse> question)
    {
        var answer = new TaskCompletionSource<TResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        coordinator.Shard.Post(() => Ask(coordinator, partition, request, question, answer));
        return answer.Task;
    }

    /// <summary>Clients before that version know the fencing of a producer as INVALID_PRODUCER_EPOCH (KIP-588).</summary>
    internal static short ErrorFor(ErrorCode error, short version, short fencedSince) =>
        (short)(error == ErrorCode.ProducerFenced && version < fencedSince ? ErrorCode.InvalidProducerEpoch : error);

    [SuppressMessage("Design", "CA1031", Justification = "The exception belongs to the request and is handed to its handler.")]
    private static void Ask<TRequest, TResponse>(
        TransactionCoordinator coordinator,
        int partition,
        TRequest request,
        Question<TRequest, TResponse> question,
        TaskCompletionSource<TResponse> answer)
    {
        try
        {
            question(coordinator, partition, request, answer.SetResult);
        }
        catch (Exception e) when (e is not InvariantException)
        {
            answer.TrySetException(e);
        }
    }
}
