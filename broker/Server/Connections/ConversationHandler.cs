using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Connections;

/// <summary>Lets a conversation serve exchanges. Owned by one shard, lives as long.</summary>
internal sealed class ConversationHandler<TRequest, TResponse>(IRequestHandler<TRequest, TResponse> handler)
    : IExchangeHandler<TRequest, TResponse>
    where TRequest : struct, IRequest
    where TResponse : struct, IMessage
{
    /// <inheritdoc/>
    public void Handle(RequestExchange<TRequest, TResponse> exchange)
    {
        var answer = handler.HandleAsync(exchange.Request, exchange.Context);
        if (answer.IsCompletedSuccessfully)
        {
            exchange.Response = answer.Result;
            exchange.Complete();
        }
        else
        {
            Conversation.Start(AwaitAsync(answer, exchange), exchange.Context.Shard);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The exception becomes the answer and a line in the log.")]
    private static async Task AwaitAsync(ValueTask<TResponse> answer, RequestExchange<TRequest, TResponse> exchange)
    {
        try
        {
            exchange.Response = await answer;
        }
        catch (Exception e) when (e is not InvariantException)
        {
            exchange.Fail(e);
            return;
        }

        exchange.Complete();
    }
}
