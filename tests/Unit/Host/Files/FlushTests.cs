using Deterministic.Host.Files;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Microsoft.Win32.SafeHandles;

namespace Deterministic.Host.Tests.Files;

public sealed class FlushTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Completions_come_in_order_on_the_shard_that_asked()
    {
        using var node = new TestNode(2);
        for (var home = 0; home < 2; home++)
        {
            var completed = await node.On(home, async shard =>
            {
                using var file = shard.Disk.Open(_folder[$"log-{shard.Id}"], FileOpening.Empty);
                var order = new List<int>();
                var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                for (var i = 0; i < 100; i++)
                {
                    file.Write(i * 4, BitConverter.GetBytes(i));
                    file.BeginFlush(
                        (state, error) =>
                        {
                            Assert.Null(error);
                            Assert.Same(shard, Shard.Current);
                            order.Add((int)state!);
                            if (order.Count == 100)
                            {
                                over.SetResult();
                            }
                        },
                        i);
                }

                await over.Task;
                return order;
            });
            Assert.Equal(Enumerable.Range(0, 100), completed);
        }
    }

    [Fact]
    public async Task Requests_that_meet_a_flush_share_the_next_one()
    {
        var calls = new GatedFileCalls(new PortableFileCalls());
        using var disk = new OsDisk(calls);
        using var node = new TestNode();
        using var file = disk.Open(_folder["log"], FileOpening.Empty);
        var completed = 0;
        await node.On(0, _ => file.BeginFlush((_, _) => completed++, null));
        await calls.Entered.WaitAsync(TestNode.Patience);
        await node.On(0, _ =>
        {
            for (var i = 0; i < 50; i++)
            {
                file.BeginFlush((_, _) => completed++, null);
            }
        });
        await node.On(0, _ => Assert.Equal(0, completed));
        calls.Leave.Release(2);
        disk.Dispose();
        await node.On(0, _ => Assert.Equal(51, completed));
        Assert.Equal(2, calls.Syncs);
    }

    [Fact]
    public async Task A_file_that_is_closed_meanwhile_keeps_its_descriptor_until_the_flush_is_over()
    {
        var calls = new GatedFileCalls(new PortableFileCalls());
        using var disk = new OsDisk(calls);
        using var node = new TestNode();
        var file = disk.Open(_folder["log"], FileOpening.Empty);
        var errors = new List<IOException?>();
        await node.On(0, _ => file.BeginFlush((_, error) => errors.Add(error), null));
        await calls.Entered.WaitAsync(TestNode.Patience);
        await node.On(0, _ => file.BeginFlush((_, error) => errors.Add(error), null));
        file.Dispose();
        calls.Leave.Release(2);
        disk.Dispose();
        await node.On(0, _ => Assert.Equal([null, null], errors));
    }

    [Fact]
    public async Task After_a_failed_flush_every_later_one_fails()
    {
        var calls = new GatedFileCalls(new PortableFileCalls()) { Failure = new IOException("device gone", 5) };
        using var disk = new OsDisk(calls);
        using var node = new TestNode();
        using var file = disk.Open(_folder["log"], FileOpening.Empty);
        calls.Leave.Release(10);
        for (var i = 0; i < 2; i++)
        {
            var error = await node.On(0, async _ =>
            {
                var over = new TaskCompletionSource<IOException?>(TaskCreationOptions.RunContinuationsAsynchronously);
                file.BeginFlush((_, error) => over.SetResult(error), null);
                return await over.Task;
            });
            Assert.Equal("device gone", error!.Message);
            calls.Failure = null;
        }

        Assert.Equal(1, calls.Syncs);
    }

    /// <summary>Flushes wait until the test lets them go.</summary>
    private sealed class GatedFileCalls(IFileCalls calls) : IFileCalls
    {
        internal SemaphoreSlim Entered { get; } = new(0);

        internal SemaphoreSlim Leave { get; } = new(0);

        internal IOException? Failure { get; set; }

        internal int Syncs { get; private set; }

        public SafeFileHandle Open(string path, FileOpening opening) => calls.Open(path, opening);

        public long LengthOf(SafeFileHandle file, string path) => calls.LengthOf(file, path);

        public int Read(SafeFileHandle file, string path, long position, Span<byte> buffer) =>
            calls.Read(file, path, position, buffer);

        public void Write(SafeFileHandle file, string path, long position, ReadOnlySpan<byte> bytes) =>
            calls.Write(file, path, position, bytes);

        public void Write(SafeFileHandle file, string path, long position, IReadOnlyList<ReadOnlyMemory<byte>> buffers) =>
            calls.Write(file, path, position, buffers);

        public void SetLength(SafeFileHandle file, string path, long length) => calls.SetLength(file, path, length);

        public void SyncData(SafeFileHandle file, string path)
        {
            Syncs++;
            Entered.Release();
            Leave.Wait();
            if (Failure is { } failure)
            {
                throw failure;
            }

            calls.SyncData(file, path);
        }

        public void SyncDirectory(string path) => calls.SyncDirectory(path);

        public void Rename(string from, string to) => calls.Rename(from, to);

        public void DeleteFile(string path) => calls.DeleteFile(path);

        public SafeFileHandle? TryLock(string path) => calls.TryLock(path);
    }
}
