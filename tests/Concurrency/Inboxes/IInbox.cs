using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Inboxes;

/// <summary>The inbox, or a broken copy of it. Every public member as in <see cref="Inbox"/>.</summary>
internal interface IInbox
{
    void Add(ShardWork work);

    bool TryTake(out ShardWork work);

    bool TrySleep();

    void WakeUp();
}
