namespace Deterministic.Simulator.Disks;

/// <summary>Keeps the buffers that hold what the device has, so that writing and flushing in turns allocates nothing. Owned by one disk.</summary>
internal sealed class PagePool
{
    private readonly Stack<byte[]> _free = new();

    internal byte[] Rent() => _free.TryPop(out var bytes) ? bytes : new byte[FilePage.Bytes];

    internal void Return(byte[] bytes) => _free.Push(bytes);
}
