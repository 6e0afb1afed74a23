using System.Threading.Tasks.Sources;
using Deterministic.Kernel;

namespace Deterministic.Server.Connections;

/// <summary>
/// Lets one conversation wait until another part of its shard says "go on". Reused without allocating. Owned by one
/// shard; the waiter resumes by a post.
/// </summary>
internal sealed class ShardSignal : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _isAwaited;

    /// <summary>Waits for the next <see cref="Set"/>. One waiter at a time.</summary>
    internal ValueTask WaitAsync()
    {
        Check.That(!_isAwaited, "a signal has one waiter at a time");
        _core.Reset();
        _isAwaited = true;
        return new ValueTask(this, _core.Version);
    }

    /// <summary>Resumes the waiter, if there is one.</summary>
    internal void Set()
    {
        if (_isAwaited)
        {
            _isAwaited = false;
            _core.SetResult(true);
        }
    }

    /// <inheritdoc/>
    public void GetResult(short token) => _core.GetResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
