using Deterministic.Server.Controller;

namespace Deterministic.Server.Handlers;

/// <summary>Producer ids for the clients of one shard, from blocks that the controller gives out. Owned by the shard, lives as long.</summary>
internal sealed class ProducerIdSource(IControllerClient controller)
{
    private long _next;
    private long _end;
    private Task<ProducerIdBlock>? _asked;

    /// <summary>An id that nobody else was given.</summary>
    internal async ValueTask<long> NextAsync()
    {
        while (_next == _end)
        {
            // Whoever comes meanwhile waits for the same block.
            var asked = _asked ??= controller.AllocateProducerIdBlockAsync();
            try
            {
                var block = await asked;
                if (ReferenceEquals(_asked, asked))
                {
                    _next = block.FirstProducerId;
                    _end = block.FirstProducerId + block.Count;
                }
            }
            finally
            {
                if (ReferenceEquals(_asked, asked))
                {
                    _asked = null;
                }
            }
        }

        return _next++;
    }
}
