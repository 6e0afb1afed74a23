using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Inboxes;

/// <summary>The inbox of the broker.</summary>
internal sealed class KernelInbox(Action wake) : IInbox
{
    private readonly Inbox _inbox = new(wake);

    public void Add(ShardWork work) => _inbox.Add(work);

    public bool TryTake(out ShardWork work) => _inbox.TryTake(out work);

    public bool TrySleep() => _inbox.TrySleep();

    public void WakeUp() => _inbox.WakeUp();
}
