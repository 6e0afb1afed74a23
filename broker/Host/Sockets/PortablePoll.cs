namespace Deterministic.Host.Sockets;

/// <summary>The wait of a shard whose completions come as posts. Owned by the shard's thread, except <see cref="Wake"/>.</summary>
internal sealed class PortablePoll(SocketNetwork network) : IEventPoll
{
    private readonly AutoResetEvent _wake = new(false);

    public bool Poll(int timeoutMs)
    {
        if (timeoutMs != 0)
        {
            _wake.WaitOne(timeoutMs);
        }

        return false;
    }

    public void Dispatch()
    {
    }

    public void CloseAll() => network.CloseAll();

    public bool IsQuiet => network.OperationsUnderWay == 0;

    public void Wake() => _wake.Set();

    public void Dispose() => _wake.Dispose();
}
