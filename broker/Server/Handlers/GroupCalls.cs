using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Handlers;

/// <summary>
/// Takes a request from the home shard of its connection to the coordinator of its group and the answer back. Lives as
/// long as the handlers of its shard.
/// </summary>
public sealed class GroupCalls(IGroupRouting routing)
{
    /// <summary>What asks a coordinator something that may be answered later.</summary>
    internal delegate void Question<in TRequest, TResponse>(
        GroupCoordinator coordinator, int partition, TRequest request, GroupClient client, Action<TResponse> answer);

    /// <summary>The nodes and partitions.</summary>
    internal IGroupRouting Routing => routing;

    /// <summary>Asks the coordinator of a group; the answer is <paramref name="ifElsewhere"/> when this node is not the one.</summary>
    internal Task<TResponse> AskAsync<TRequest, TResponse>(
        Text groupId, TRequest request, RequestContext context, TResponse ifElsewhere, Question<TRequest, TResponse> question)
    {
        var partitionCount = routing.OffsetsPartitionCount;
        if (partitionCount == 0)
        {
            Mark.Hit("group.no-offsets-topic");
            return Task.FromResult(ifElsewhere);
        }

        var partition = JavaHash.PartitionOf(groupId, partitionCount);
        return routing.CoordinatorOf(partition) is { } coordinator
            ? AskAsync(coordinator, partition, request, context, question)
            : Task.FromResult(ifElsewhere);
    }

    /// <summary>Asks one coordinator.</summary>
    internal static Task<TResponse> AskAsync<TRequest, TResponse>(
        GroupCoordinator coordinator, int partition, TRequest request, RequestContext context, Question<TRequest, TResponse> question)
    {
        var answer = new TaskCompletionSource<TResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new GroupClient(context.ClientId ?? "", context.ClientAddress, context.Version);
        coordinator.Shard.Post(() => Ask(coordinator, partition, request, client, question, answer));
        return answer.Task;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The exception belongs to the request and is handed to its handler.")]
    private static void Ask<TRequest, TResponse>(
        GroupCoordinator coordinator,
        int partition,
        TRequest request,
        GroupClient client,
        Question<TRequest, TResponse> question,
        TaskCompletionSource<TResponse> answer)
    {
        try
        {
            question(coordinator, partition, request, client, answer.SetResult);
        }
        catch (Exception e) when (e is not InvariantException)
        {
            answer.TrySetException(e);
        }
    }
}
