using Deterministic.Kernel.Memory;

namespace Deterministic.Kernel.Tests.Memory;

public class BufferPoolTests
{
    [Theory]
    [InlineData(1, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 8192)]
    [InlineData(100_000, 131_072)]
    [InlineData(BufferPool.PooledBytesMax, BufferPool.PooledBytesMax)]
    [InlineData(BufferPool.PooledBytesMax + 1, BufferPool.PooledBytesMax + 1)]
    public void A_buffer_holds_what_was_asked(int asked, int length) =>
        Assert.Equal(length, new BufferPool().Rent(asked).Memory.Length);

    [Fact]
    public void A_returned_buffer_is_rented_again()
    {
        var pool = new BufferPool();
        var first = pool.Rent(5000);
        first.Release();
        Assert.Same(first, pool.Rent(8000));
        Assert.NotSame(first, pool.Rent(8000));
    }

    [Fact]
    public void A_buffer_returns_with_its_last_reference()
    {
        var pool = new BufferPool();
        var buffer = pool.Rent(1);
        buffer.AddReference();
        buffer.Release();
        Assert.Equal(4096, pool.RentedBytes);
        Assert.Equal(4096, buffer.Memory.Length);
        buffer.Release();
        Assert.Equal(0, pool.RentedBytes);
        Assert.Throws<InvariantException>(() => buffer.Memory);
        Assert.Throws<InvariantException>(buffer.Release);
        Assert.Throws<InvariantException>(buffer.AddReference);
    }

    [Fact]
    public void Idle_memory_is_bounded()
    {
        var pool = new BufferPool();
        var buffers = Enumerable.Range(0, 20).Select(_ => pool.Rent(BufferPool.PooledBytesMax)).ToList();
        buffers.ForEach(b => b.Release());
        var again = Enumerable.Range(0, 20).Count(_ => buffers.Contains(pool.Rent(BufferPool.PooledBytesMax)));
        Assert.Equal(BufferPool.IdleBytesMaxPerSize / BufferPool.PooledBytesMax, again);
    }
}
