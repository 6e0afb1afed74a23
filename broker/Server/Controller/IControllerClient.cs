using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Controller;

/// <summary>
/// The controller as conversations talk to it, from any shard; they resume on their own. Every answer comes after the
/// change is committed and in force on all shards of this node. Requests are read on the controller's shard until the
/// answer comes, so their slices must live that long. A task fails with <see cref="IOException"/> when the metadata log failed.
/// </summary>
public interface IControllerClient
{
    /// <summary>CreateTopics.</summary>
    Task<CreateTopicsResponse> CreateTopicsAsync(CreateTopicsRequest request);

    /// <summary>DeleteTopics.</summary>
    Task<DeleteTopicsResponse> DeleteTopicsAsync(DeleteTopicsRequest request);

    /// <summary>Any other decision.</summary>
    Task<TResponse> DecideAsync<TRequest, TResponse>(TRequest request, Decide<TRequest, TResponse> decide)
        where TRequest : struct
        where TResponse : struct;

    /// <summary>How the metadata quorum stands.</summary>
    Task<QuorumDescription> DescribeQuorumAsync();

    /// <summary>A block of producer ids that nobody else has.</summary>
    Task<ProducerIdBlock> AllocateProducerIdBlockAsync();

    /// <summary>Creates a topic for a client that asked for it without creating it; the broker's own ones with their own configuration. NONE also when it is there already.</summary>
    Task<ErrorCode> EnsureTopicAsync(string name);

    /// <summary>Creates one of the broker's own topics when it does not exist; NONE when it is there.</summary>
    Task<ErrorCode> EnsureInternalTopicAsync(string name);

    /// <summary>Records which log directories hold replicas of this node.</summary>
    Task AssignDirectoriesAsync(IReadOnlyList<DirectoryAssignment> assignments);
}
