using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>
/// Serves one API on one shard: a conversation that starts on the connection's home shard, may await other shards and the
/// disk, and resumes at home. Lives as long as its shard. What must outlive the answer is copied out of the request.
/// </summary>
public interface IRequestHandler<TRequest, TResponse>
    where TRequest : struct, IRequest
    where TResponse : struct, IMessage
{
    /// <summary>The answer. Errors that a client should see are error codes in it; an exception becomes UNKNOWN_SERVER_ERROR and is logged.</summary>
    ValueTask<TResponse> HandleAsync(TRequest request, RequestContext context);
}
