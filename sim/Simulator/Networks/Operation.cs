using System.Threading.Tasks.Sources;
using Deterministic.Kernel;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// A wait that is used again and again: begun, completed and awaited, one after the other. Its awaiter resumes by a post to
/// the shard that awaits, never inside the call that completes it.
/// </summary>
internal sealed class Operation<T>(string name) : IValueTaskSource<T>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<T> _core;

    /// <summary>Begun, and its result not fetched yet.</summary>
    internal bool IsUnderWay { get; private set; }

    /// <summary>Begun and not complete.</summary>
    internal bool IsWaiting { get; private set; }

    /// <inheritdoc/>
    public T GetResult(short token)
    {
        Check.That(!IsWaiting, $"the result of a {name} was fetched before it was complete");
        IsUnderWay = false;
        return _core.GetResult(token);
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    /// <summary>Begins it; the token is for the value task.</summary>
    internal short Begin()
    {
        CheckIdle();
        _core.Reset();
        IsUnderWay = true;
        IsWaiting = true;
        return _core.Version;
    }

    internal void CheckIdle() => Check.That(!IsUnderWay, $"a second {name} was begun while one is under way");

    internal void Complete(T result)
    {
        IsWaiting = false;
        _core.SetResult(result);
    }

    internal void Fail(Exception error)
    {
        IsWaiting = false;
        _core.SetException(error);
    }
}
