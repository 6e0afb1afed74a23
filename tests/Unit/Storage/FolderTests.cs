using Deterministic.Tests.Shared;

namespace Deterministic.Storage.Tests;

public sealed class FolderTests : IDisposable
{
    private readonly string _folder = Environment.GetEnvironmentVariable("STORAGE_TEST_FOLDER")
        ?? Path.Combine(Path.GetTempPath(), "deterministic-storage-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public void Logs_in_real_files_are_read_back_after_a_clean_stop_and_after_a_kill()
    {
        var config = LogConfig.Default with { SegmentBytes = 4000, IndexIntervalBytes = 300 };
        var context = new LogContext(new FolderDisk(), _folder);
        var log = context.OpenNew(config);
        for (var i = 0; i < 200; i++)
        {
            var result = context.Append(log, context.Batch(3, context.Clock.WallClockMs + i, producerId: 4, epoch: 0, sequence: i * 3), i / 50);
            Assert.Equal(i * 3, result.BaseOffset);
        }

        context.Append(log, context.Batch(2, producerId: 6, epoch: 0, sequence: 0, transactional: true), 4);
        context.Append(log, context.Marker(6, 0, commit: false), 4);
        Assert.Equal(603, log.DurableEndOffset);
        Assert.True(context.Get(() => log.Close(clean: true)));
        context.Directory.WriteCleanShutdownMarker(1);
        var second = context.Restart();
        var reopened = second.OpenExisting(config);
        Assert.Equal(202, second.ReadAll(reopened).Count);
        second.Append(reopened, second.Batch(1), 6);
        var third = second.Restart();
        Assert.Equal(604, third.OpenExisting(config).LogEndOffset);
        Assert.True(third.Directory.Space().UsableBytes > 0);
        third.Directory.Dispose();
    }

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("STORAGE_TEST_FOLDER") is null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
