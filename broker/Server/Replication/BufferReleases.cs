using Deterministic.Kernel;
using Deterministic.Kernel.Memory;

namespace Deterministic.Server.Replication;

/// <summary>
/// Buffers whose bytes were given to a log, which writes them at the end of the run: they go back to their pool in the run
/// behind it. Owned by one shard, lives as long.
/// </summary>
internal sealed class BufferReleases(Shard shard) : IEndOfRun
{
    private static readonly Action<object?> s_release = static state => ((PooledBuffer)state!).Release();

    private readonly List<PooledBuffer> _waiting = [];

    /// <inheritdoc/>
    public bool IsScheduled { get; set; }

    /// <inheritdoc/>
    public void OnEndOfRun()
    {
        // Not released here: another log directory's write may still be to come in this run.
        foreach (var buffer in _waiting)
        {
            shard.Post(s_release, buffer);
        }

        _waiting.Clear();
    }

    /// <summary>Takes over one reference.</summary>
    internal void ReleaseAfterRun(PooledBuffer buffer)
    {
        _waiting.Add(buffer);
        shard.AtEndOfRun(this);
    }
}
