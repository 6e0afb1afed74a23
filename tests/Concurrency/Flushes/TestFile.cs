using System.Runtime.InteropServices;
using Deterministic.Kernel;

namespace Deterministic.Concurrency.Tests.Flushes;

/// <summary>A file that counts its writes and knows how many of them a flush has made durable. Its handle can be closed early.</summary>
internal sealed class TestFile : SafeHandle
{
    private readonly int _failingSync;
    private bool _isSyncing;
    private bool _isClosed;
    private int _syncs;

    /// <summary>The flush of that number fails (1 is the first, 0 is none).</summary>
    internal TestFile(int failingSync)
        : base(-1, ownsHandle: true)
    {
        _failingSync = failingSync;
        SetHandle(1);
    }

    public override bool IsInvalid => false;

    internal int Written { get; private set; }

    internal int Durable { get; private set; }

    internal bool HasFailed => _failingSync != 0 && _syncs >= _failingSync;

    internal bool WasReleased => _isClosed;

    internal void Write() => Written++;

    /// <summary>Any thread. What is written while it runs need not be durable afterwards.</summary>
    internal void Sync()
    {
        Check.That(!_isSyncing, $"two flushes at a time");
        Check.That(!_isClosed, $"flushed after the descriptor was closed");
        _isSyncing = true;
        var covered = Written;
        var isFailing = ++_syncs == _failingSync;
        _isSyncing = false;
        if (isFailing)
        {
            throw new IOException("device gone");
        }

        Durable = covered;
    }

    protected override bool ReleaseHandle() => _isClosed = true;
}
