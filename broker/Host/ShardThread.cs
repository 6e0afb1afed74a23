using System.Diagnostics.CodeAnalysis;
using Deterministic.Kernel;

namespace Deterministic.Host;

/// <summary>
/// The thread of one shard. Nothing that its work throws is survivable: the state is no longer known, so the callback is
/// told and is expected to end the process. Started once, stopped once.
/// </summary>
internal sealed class ShardThread : IDisposable
{
    private readonly ShardLoop _loop;
    private readonly IEventPoll _poll;
    private readonly Action<ShardId, Exception> _onFatal;
    private readonly Thread _thread;

    internal ShardThread(Shard shard, IEventPoll poll, bool maySpin, Action<ShardId, Exception> onFatal)
    {
        Shard = shard;
        _loop = new ShardLoop(shard, poll, maySpin);
        _poll = poll;
        _onFatal = onFatal;
        _thread = new Thread(Run) { IsBackground = true, Name = $"shard-{shard.Id}" };
    }

    internal Shard Shard { get; }

    internal void Start() => _thread.Start();

    /// <summary>Asks it to end. Any thread; returns at once.</summary>
    internal void Stop() => _loop.Stop();

    /// <summary>Waits until it ended.</summary>
    internal void Join()
    {
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            _thread.Join();
        }
    }

    /// <summary>After <see cref="Join"/>, when nobody posts to the shard any more.</summary>
    public void Dispose() => _poll.Dispose();

    [SuppressMessage("Design", "CA1031", Justification = "This is where every exception that nobody may survive ends.")]
    private void Run()
    {
        try
        {
            _loop.Run();
        }
        catch (Exception e)
        {
            _onFatal(Shard.Id, e);
        }
    }
}
