using System.Threading.Tasks.Sources;
using Deterministic.Kernel;

namespace Deterministic.Host.Sockets;

/// <summary>
/// A wait that is used again and again without allocating: begun, completed and awaited on one shard, one after the
/// other. Its awaiter resumes by a post to that shard, never inside the call that completes it.
/// </summary>
internal sealed class ShardOperation<T>(Shard shard, string name) : IValueTaskSource<T>, IValueTaskSource
{
    private short _version;
    private Action<object?>? _continuation;
    private object? _continuationState;
    private T? _result;
    private Exception? _error;
    private bool _isComplete;

    /// <summary>Begun, and its result not fetched yet.</summary>
    internal bool IsUnderWay { get; private set; }

    /// <summary>Begun and not complete.</summary>
    internal bool IsWaiting => IsUnderWay && !_isComplete;

    internal short Begin()
    {
        Check.That(!IsUnderWay, $"a second {name} was begun while one is under way");
        IsUnderWay = true;
        return _version;
    }

    internal void Complete(T result)
    {
        _result = result;
        Finish();
    }

    internal void Fail(Exception error)
    {
        _error = error;
        Finish();
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        CheckToken(token);
        return (_isComplete, _error) switch
        {
            (false, _) => ValueTaskSourceStatus.Pending,
            (true, null) => ValueTaskSourceStatus.Succeeded,
            _ => ValueTaskSourceStatus.Faulted,
        };
    }

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        CheckToken(token);
        Check.That(_continuation is null, $"a {name} is awaited twice");
        if (_isComplete)
        {
            shard.Post(continuation, state);
            return;
        }

        _continuation = continuation;
        _continuationState = state;
    }

    public T GetResult(short token)
    {
        CheckToken(token);
        Check.That(_isComplete, $"the result of a {name} was fetched before it was complete");
        var (result, error) = (_result!, _error);
        _version++;
        (_result, _error, _isComplete, IsUnderWay) = (default, null, false, false);
        return error is null ? result : throw error;
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    private void Finish()
    {
        Check.That(IsWaiting, $"a {name} was completed that is not under way");
        _isComplete = true;
        if (_continuation is { } continuation)
        {
            var state = _continuationState;
            (_continuation, _continuationState) = (null, null);
            shard.Post(continuation, state);
        }
    }

    private void CheckToken(short token) =>
        Check.That(token == _version, $"a {name} was awaited after its result had been fetched");
}
