using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Connections;
using Deterministic.Server.Handlers;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Composition;

/// <summary>The producer ids of a shard for its transaction coordinator. Owned by the shard, lives as long.</summary>
internal sealed class ShardProducerIds(Shard shard, ProducerIdSource ids) : IProducerIds
{
    /// <inheritdoc/>
    public void Next(Action<long, ErrorCode> done) => Conversation.Start(NextAsync(done), shard);

    private async Task NextAsync(Action<long, ErrorCode> done)
    {
        long id;
        try
        {
            id = await ids.NextAsync();
        }
        catch (IOException)
        {
            Mark.Hit("txn.metadata-log-failed");
            done(-1, ErrorCode.CoordinatorNotAvailable);
            return;
        }

        done(id, ErrorCode.None);
    }
}
