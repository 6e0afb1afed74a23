using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Files;

/// <summary>Somebody waits for a flush. Re-used by its <see cref="FlushQueue"/>; a flusher thread posts it to the shard that asked.</summary>
internal sealed class FlushRequest(FlushQueue owner)
{
    private static readonly Action<object?> s_complete = static request => ((FlushRequest)request!).Complete();

    private Shard? _shard;
    private FlushCompletion? _completion;
    private object? _state;
    private IOException? _error;

    internal void Set(Shard shard, FlushCompletion completion, object? state)
    {
        _shard = shard;
        _completion = completion;
        _state = state;
        _error = null;
    }

    internal void Post(IOException? error)
    {
        _error = error;
        _shard!.Post(s_complete, this);
    }

    private void Complete()
    {
        var (completion, state, error) = (_completion!, _state, _error);
        (_shard, _completion, _state) = (null, null, null);
        owner.Recycle(this);
        completion(state, error);
    }
}
