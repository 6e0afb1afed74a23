using Deterministic.Kernel.Ports;

namespace Deterministic.Storage.Tests;

/// <summary>Bytes that changed on disk while the node was down: told loudly, and what must go is kept for people to look at.</summary>
public class DamageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Good_batches_behind_a_damaged_one_are_kept_in_a_file_of_their_own(bool isCleanStop)
    {
        var context = new LogContext();
        var log = context.OpenNew();
        var first = context.Batch(3);
        context.Append(log, first);
        context.Append(log, context.Batch(3));
        context.Append(log, context.Batch(3));
        var path = log.Path + "/00000000000000000000.log";
        context.Do(() => log.Close(clean: true));
        if (isCleanStop)
        {
            context.Directory.WriteCleanShutdownMarker(7);
        }

        long fileBytes;
        using (var file = context.Disk.Open(path, FileOpening.Existing))
        {
            fileBytes = file.Length;
            file.Write(first.Length + 50, "ZZZZ"u8);
            file.Flush();
        }

        var after = context.Restart();
        var opened = after.OpenExisting();
        Assert.Equal(3, opened.LogEndOffset);
        var kept = $"{path}.{first.Length}.cut";
        using var saved = after.Disk.Open(kept, FileOpening.Existing);
        Assert.Equal(fileBytes - first.Length, saved.Length);
        Assert.Contains(after.Lines, line => line.StartsWith("error ", StringComparison.Ordinal) && line.Contains(kept, StringComparison.Ordinal));
    }
}
