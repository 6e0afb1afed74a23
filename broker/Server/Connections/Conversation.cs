using System.Runtime.ExceptionServices;
using Deterministic.Kernel;

namespace Deterministic.Server.Connections;

/// <summary>Starts conversations that nobody awaits, without losing what they throw. Stateless.</summary>
internal static class Conversation
{
    /// <summary>Whatever the conversation throws stops the shard: conversations catch what they expect.</summary>
    internal static void Start(Task conversation, Shard shard)
    {
        if (!conversation.IsCompletedSuccessfully)
        {
            _ = WatchAsync(conversation, shard);
        }
    }

    private static async Task WatchAsync(Task conversation, Shard shard)
    {
        try
        {
            await conversation;
        }
        catch (Exception e)
        {
            shard.Post(static state => ExceptionDispatchInfo.Throw((Exception)state!), e);
            throw;
        }
    }
}
