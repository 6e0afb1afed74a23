using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Connections;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>
/// Serves Fetch: finds out what is asked (KIP-227 sessions name only what changed), has it read on the shards that own it,
/// and waits for more as long as the client likes. Owned by the home shard, lives as long.
/// </summary>
internal sealed class FetchHandler(BrokerShard home, FetchSessionCache sessions) : IExchangeHandler<FetchRequest, FetchResponse>
{
    private const int IdleConversationsMax = 256;
    private const int FirstSessionVersion = 7;
    private const int FirstTopicIdVersion = 13;

    /// <summary>The epoch of a request that opens a session.</summary>
    private const int OpeningEpoch = 0;

    /// <summary>The epoch of a request without a session, which also closes the one it names.</summary>
    private const int FinalEpoch = -1;

    private readonly Stack<FetchConversation> _idle = new();

    /// <inheritdoc/>
    public void Handle(RequestExchange<FetchRequest, FetchResponse> exchange)
    {
        ref var request = ref exchange.Request;
        var conversation = _idle.TryPop(out var pooled) ? pooled : new FetchConversation(home, this);
        conversation.Begin(exchange);
        var error = Open(conversation, exchange);
        if (error == ErrorCode.None && request.IsolationLevel is not (0 or 1) && conversation.HasParts)
        {
            // Kafka looks at the level when it has something to read, and names the session of the request.
            Refuse(conversation, exchange);
            return;
        }

        if (error == ErrorCode.None)
        {
            conversation.Start();
            return;
        }

        exchange.Response.ErrorCode = (short)error;
        conversation.Abort();
        exchange.Complete();
    }

    internal void Return(FetchConversation conversation)
    {
        if (_idle.Count < IdleConversationsMax)
        {
            _idle.Push(conversation);
        }
    }

    private static void Refuse(FetchConversation conversation, RequestExchange<FetchRequest, FetchResponse> exchange)
    {
        conversation.Abort();
        exchange.Response = ErrorResponses.OfFetch(exchange.Request, ErrorCode.UnknownServerError);
        exchange.Response.SessionId = exchange.Request.SessionId;
        if (exchange.Context.Version >= FirstTopicIdVersion)
        {
            exchange.Response.Responses.Clear();
        }

        exchange.Complete();
    }

    /// <summary>A session that was opened for a request that is answered with nothing.</summary>
    internal void Forget(FetchSession session) => sessions.Remove(session.Id);

    private ErrorCode Open(FetchConversation conversation, RequestExchange<FetchRequest, FetchResponse> exchange)
    {
        ref var request = ref exchange.Request;
        var usesTopicIds = exchange.Context.Version >= FirstTopicIdVersion;
        if (exchange.Context.Version < FirstSessionVersion || request.SessionEpoch is OpeningEpoch or FinalEpoch)
        {
            OpenFull(conversation, request, usesTopicIds, exchange.Context.Version);
            return ErrorCode.None;
        }

        if (sessions.Find(request.SessionId) is not { } session)
        {
            Mark.Hit("fetch-session.not-found");
            return ErrorCode.FetchSessionIdNotFound;
        }

        if (session.NextEpoch != request.SessionEpoch)
        {
            Mark.Hit("fetch-session.epoch-invalid");
            return ErrorCode.InvalidFetchSessionEpoch;
        }

        if (session.UsesTopicIds != usesTopicIds)
        {
            Mark.Hit("fetch-session.names-and-ids-mixed");
            return ErrorCode.FetchSessionTopicIdError;
        }

        session.Update(request);
        session.OnUsed(home.Shard.MonotonicMs);
        if (session.Count == 0)
        {
            Mark.Hit("fetch-session.emptied");
            // Everything was forgotten: the session is over, and the answer says so by its id.
            sessions.Remove(session.Id);
            return ErrorCode.None;
        }

        session.AdvanceEpoch();
        conversation.UseSession(session, isFull: false);
        return ErrorCode.None;
    }

    private void OpenFull(FetchConversation conversation, in FetchRequest request, bool usesTopicIds, short version)
    {
        if (version >= FirstSessionVersion && request.SessionId != 0)
        {
            Mark.Hit("fetch-session.replaced-by-client");
            sessions.Remove(request.SessionId);
        }

        if (version >= FirstSessionVersion && request.SessionEpoch == OpeningEpoch
            && sessions.TryAdd(CountOf(request), usesTopicIds) is { } session)
        {
            session.Update(request);
            conversation.UseSession(session, isFull: true);
            return;
        }

        conversation.UseRequest(request, usesTopicIds);
    }

    private static int CountOf(in FetchRequest request)
    {
        var count = 0;
        foreach (ref var topic in request.Topics)
        {
            count += topic.Partitions.Count;
        }

        return count;
    }
}
