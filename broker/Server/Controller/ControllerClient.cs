using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Configs;

namespace Deterministic.Server.Controller;

/// <summary>The controller of the same process. Any shard may use it; it owns nothing.</summary>
public sealed class ControllerClient(Shard controllerShard, QuorumController controller, BrokerConfig config) : IControllerClient
{
    private delegate void Ask<TRequest, TResponse>(in TRequest request, Action<TResponse, IOException?> answer);

    /// <inheritdoc/>
    public Task<CreateTopicsResponse> CreateTopicsAsync(CreateTopicsRequest request) =>
        AskAsync<CreateTopicsRequest, CreateTopicsResponse>(request, controller.CreateTopics);

    /// <inheritdoc/>
    public Task<DeleteTopicsResponse> DeleteTopicsAsync(DeleteTopicsRequest request) =>
        AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>(request, controller.DeleteTopics);

    /// <inheritdoc/>
    public Task<TResponse> DecideAsync<TRequest, TResponse>(TRequest request, Decide<TRequest, TResponse> decide)
        where TRequest : struct
        where TResponse : struct =>
        AskAsync<TRequest, TResponse>(request, (in asked, answer) => controller.Decide(asked, decide, answer));

    /// <inheritdoc/>
    public Task<QuorumDescription> DescribeQuorumAsync() =>
        AskAsync<int, QuorumDescription>(0, (in _, answer) => answer(controller.DescribeQuorum(), null));

    /// <inheritdoc/>
    public Task<ProducerIdBlock> AllocateProducerIdBlockAsync() =>
        AskAsync<int, ProducerIdBlock>(0, (in _, answer) => controller.AllocateProducerIds(answer));

    /// <inheritdoc/>
    public Task<ErrorCode> EnsureTopicAsync(string name) =>
        AskAsync<string, ErrorCode>(name, (in name, answer) => controller.CreateTopics(
            AutoTopics.RequestFor(name, config), (response, error) => answer(ErrorOf(response), error)));

    /// <inheritdoc/>
    public Task<ErrorCode> EnsureInternalTopicAsync(string name)
    {
        Check.That(TopicNames.IsInternal(name), $"{name} is no topic of the broker's own");
        return EnsureTopicAsync(name);
    }

    /// <inheritdoc/>
    public Task AssignDirectoriesAsync(IReadOnlyList<DirectoryAssignment> assignments) =>
        AskAsync<IReadOnlyList<DirectoryAssignment>, int>(
            assignments, (in list, answer) => controller.AssignDirectories(list, error => answer(0, error)));

    private static ErrorCode ErrorOf(in CreateTopicsResponse response)
    {
        var error = (ErrorCode)response.Topics[0].ErrorCode;
        return error == ErrorCode.TopicAlreadyExists ? ErrorCode.None : error;
    }

    private Task<TResponse> AskAsync<TRequest, TResponse>(TRequest request, Ask<TRequest, TResponse> ask)
    {
        var task = new TaskCompletionSource<TResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        controllerShard.Post(() => ask(request, (response, error) =>
        {
            if (error is null)
            {
                task.SetResult(response);
            }
            else
            {
                task.SetException(error);
            }
        }));
        return task.Task;
    }
}
