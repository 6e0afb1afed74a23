using System.Runtime.InteropServices;
using Deterministic.Host.Posix;
using Deterministic.Kernel;

namespace Deterministic.Host.Sockets;

/// <summary>
/// The epoll of one shard, and the eventfd that wakes it. Sources register once, edge-triggered for everything; closing
/// a descriptor takes it out. Owned by the shard's thread, except <see cref="Wake"/>. Lives as long as its shard.
/// <para>A slot's generation is part of what the kernel gives back, so that an event for a closed descriptor never reaches the
/// one that took its slot.</para>
/// </summary>
internal sealed unsafe class Epoll : IEventPoll
{
    /// <summary>Events fetched by one system call.</summary>
    internal const int EventsMaxPerPoll = 256;

    /// <summary>Descriptors that one shard may have open.</summary>
    internal const int SourcesMax = 1 << 20;

    private const ulong WakeToken = ulong.MaxValue;

    // The kernel's struct is packed on x64 only.
    private static readonly int s_tokenOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_eventBytes = s_tokenOffset + sizeof(ulong);

    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte* _events;
    private readonly Stack<int> _freeSlots = new();
    private (IEpollSource? Source, uint Generation)[] _slots = new (IEpollSource?, uint)[64];
    private int _slotsUsed;
    private int _ready;

    internal Epoll()
    {
        // A send to a closed connection is an error code and not the end of the process; sendfile has no flag for that.
        _ = Libc.Signal(LibcSockets.BrokenPipeSignal, 1);
        _epoll = Demand(LibcSockets.EpollCreate(LibcSockets.CloseOnExec), "make an epoll");
        _wake = Demand(LibcSockets.EventCreate(0, LibcSockets.CloseOnExec | LibcSockets.NonBlocking), "make an eventfd");
        _events = (byte*)NativeMemory.Alloc((nuint)(EventsMaxPerPoll * s_eventBytes));
        _ = Demand(Add(_wake, LibcSockets.Readable | LibcSockets.EdgeTriggered, WakeToken), "watch an eventfd");
    }

    /// <summary>Watches a descriptor for everything, edge-triggered; what is ready already comes as its first event.</summary>
    internal int Register(IEpollSource source, int fd)
    {
        if (!_freeSlots.TryPop(out var slot))
        {
            slot = _slotsUsed++;
            Check.That(slot < SourcesMax, $"more than {SourcesMax} descriptors on one shard");
            if (slot == _slots.Length)
            {
                Array.Resize(ref _slots, slot * 2);
            }
        }

        _slots[slot].Source = source;
        const uint Everything = LibcSockets.Readable | LibcSockets.Writable | LibcSockets.PeerClosed | LibcSockets.EdgeTriggered;
        var token = ((ulong)_slots[slot].Generation << 32) | (uint)slot;
        _ = Demand(Add(fd, Everything, token), "watch a socket");
        return slot;
    }

    /// <summary>Nothing is told about the slot any more. The caller closes the descriptor.</summary>
    internal void Unregister(int slot)
    {
        _slots[slot].Source = null;
        _slots[slot].Generation++;
        _freeSlots.Push(slot);
    }

    /// <summary>As <see cref="Unregister"/>, and the descriptor stays open for another registration.</summary>
    internal void Remove(int slot, int fd)
    {
        Unregister(slot);
        var ignored = stackalloc byte[16];
        _ = Demand(LibcSockets.EpollControl(_epoll, LibcSockets.EpollRemove, fd, ignored), "stop watching a socket");
    }

    public bool Poll(int timeoutMs)
    {
        var count = LibcSockets.EpollWait(_epoll, _events, EventsMaxPerPoll, timeoutMs);
        if (count < 0)
        {
            Check.That(Libc.LastError == Errno.Interrupted, $"epoll_wait failed: {Errno.TextOf(Libc.LastError)}");
            count = 0;
        }

        _ready = count;
        return count > 0;
    }

    public void Dispatch()
    {
        for (var i = 0; i < _ready; i++)
        {
            var at = _events + (i * s_eventBytes);
            var token = *(ulong*)(at + s_tokenOffset);
            if (token != WakeToken)
            {
                var (source, generation) = _slots[(int)(uint)token];
                if (generation == (uint)(token >> 32))
                {
                    source?.OnReady(*(uint*)at);
                }
            }
        }

        _ready = 0;
    }

    public void CloseAll()
    {
        for (var i = 0; i < _slotsUsed; i++)
        {
            _slots[i].Source?.Dispose();
        }
    }

    public bool IsQuiet => true;

    // The counter is never read: edge-triggered, every write is an event, and it takes 2^64 of them to overflow.
    public void Wake()
    {
        var one = 1UL;
        _ = LibcSockets.Write(_wake, (byte*)&one, sizeof(ulong));
    }

    public void Dispose()
    {
        _ = Libc.Close(_wake);
        _ = Libc.Close(_epoll);
        NativeMemory.Free(_events);
    }

    private int Add(int fd, uint events, ulong token)
    {
        var watched = stackalloc byte[16];
        *(uint*)watched = events;
        *(ulong*)(watched + s_tokenOffset) = token;
        return LibcSockets.EpollControl(_epoll, LibcSockets.EpollAdd, fd, watched);
    }

    private static int Demand(int result, string operation) =>
        result >= 0 ? result : throw new IOException($"Cannot {operation}: {Errno.TextOf(Libc.LastError)}", Libc.LastError);
}
