using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Disks;

/// <summary>A flush that has begun: what it flushes and who waits for it. Used again and again by its disk.</summary>
internal sealed class FlushOperation
{
    private FlushCompletion? _completion;
    private object? _state;
    private Shard? _shard;

    internal OpenFile? File { get; private set; }

    internal SimProcess Process => File!.Process;

    internal IOException? Error { get; set; }

    internal void Begin(OpenFile file, FlushCompletion completion, object? state)
    {
        File = file;
        _completion = completion;
        _state = state;
        _shard = Shard.Current;
    }

    /// <summary>Tells the shard that began it.</summary>
    internal void Post() => _shard!.Post(static operation => ((FlushOperation)operation!).Complete(), this);

    internal void Forget()
    {
        File = null;
        _completion = null;
        _state = null;
        _shard = null;
        Error = null;
    }

    private void Complete()
    {
        var (completion, state, error, disk) = (_completion!, _state, Error, File!.Disk);
        disk.Recycle(this);
        completion(state, error);
    }
}
