using System.Diagnostics;
using Deterministic.Host.Files;
using Deterministic.Kernel.Ports;

namespace Deterministic.Host.Tests.Files;

public sealed class OsDiskTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<bool> Portable => OperatingSystem.IsLinux() ? [false, true] : [true];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Portable))]
    public void What_was_written_is_read(bool portable)
    {
        using var disk = Open(portable);
        using var file = disk.Open(_folder["a"], FileOpening.OrCreate);
        file.Write(0, "hello"u8);
        file.Write(10, "world"u8);
        Assert.Equal(15, file.Length);
        var buffer = new byte[20];
        Assert.Equal(15, file.Read(0, buffer));
        Assert.Equal("hello\0\0\0\0\0world"u8.ToArray(), buffer[..15]);
        Assert.Equal(0, file.Read(15, buffer));
        file.SetLength(4);
        Assert.Equal(4, file.Length);
        file.SetLength(6);
        Assert.Equal(2, file.Read(4, buffer));
        Assert.Equal([0, 0], buffer[..2]);
        file.Flush();
    }

    [Theory, MemberData(nameof(Portable))]
    public void A_vectored_write_of_more_buffers_than_one_call_takes_keeps_their_order(bool portable)
    {
        using var disk = Open(portable);
        using var file = disk.Open(_folder["a"], FileOpening.Empty);
        var buffers = Enumerable.Range(0, 1500)
            .Select(i => (ReadOnlyMemory<byte>)Sockets.Bytes.Pattern(i % 97, seed: i)).ToArray();
        file.Write(5, buffers);
        file.Write(file.Length, Array.Empty<ReadOnlyMemory<byte>>());
        var expected = buffers.SelectMany(b => b.ToArray()).ToArray();
        var read = new byte[expected.Length];
        Assert.Equal(expected.Length, file.Read(5, read));
        Assert.Equal(expected, read);
        Assert.Equal(5 + expected.Length, file.Length);
    }

    [Theory, MemberData(nameof(Portable))]
    public void Openings_demand_what_they_say(bool portable)
    {
        using var disk = Open(portable);
        var missing = Assert.ThrowsAny<IOException>(() => disk.Open(_folder["none"], FileOpening.Existing));
        Assert.Contains(_folder["none"], missing.Message, StringComparison.Ordinal);
        Assert.IsType<FileNotFoundException>(missing);
        using (var file = disk.Open(_folder["a"], FileOpening.OrCreate))
        {
            file.Write(0, "abc"u8);
        }

        using (var file = disk.Open(_folder["a"], FileOpening.ReadOnly))
        {
            Assert.Equal(3, file.Length);
            Assert.ThrowsAny<SystemException>(() => file.Write(0, "x"u8));
        }

        using (var file = disk.Open(_folder["a"], FileOpening.Empty))
        {
            Assert.Equal(0, file.Length);
        }
    }

    [Theory, MemberData(nameof(Portable))]
    public void Names_can_be_listed_renamed_and_deleted(bool portable)
    {
        using var disk = Open(portable);
        disk.CreateDirectory(_folder["d/e"]);
        disk.CreateDirectory(_folder["d/e"]);
        disk.Open(_folder["d/b"], FileOpening.Empty).Dispose();
        disk.Open(_folder["d/B"], FileOpening.Empty).Dispose();
        disk.Open(_folder["d/a"], FileOpening.Empty).Dispose();
        Assert.Equal(["B", "a", "b"], disk.ListFiles(_folder["d"]));
        Assert.Equal(["e"], disk.ListDirectories(_folder["d"]));
        disk.Rename(_folder["d/a"], _folder["d/b"]);
        disk.Rename(_folder["d/e"], _folder["d/f"]);
        disk.SyncDirectory(_folder["d"]);
        Assert.False(disk.FileExists(_folder["d/a"]));
        Assert.True(disk.DirectoryExists(_folder["d/f"]));
        disk.DeleteFile(_folder["d/b"]);
        disk.DeleteFile(_folder["d/b"]);
        Assert.Equal(["B"], disk.ListFiles(_folder["d"]));
        disk.DeleteDirectory(_folder["d"]);
        disk.DeleteDirectory(_folder["d"]);
        Assert.False(disk.DirectoryExists(_folder["d"]));
        var (total, usable) = disk.SpaceOf(_folder.Path);
        Assert.InRange(usable, 1, total);
    }

    [Theory, MemberData(nameof(Portable))]
    public void Errors_name_the_path(bool portable)
    {
        using var disk = Open(portable);
        File.WriteAllText(_folder["file"], "");
        AssertNames(_folder["file/x"], () => disk.Open(_folder["file/x"], FileOpening.OrCreate));
        AssertNames(_folder["none"], () => disk.SyncDirectory(_folder["none"]));
        AssertNames(_folder["none"], () => disk.Rename(_folder["none"], _folder["other"]));
        AssertNames(_folder["file"], () => disk.CreateDirectory(_folder["file"]));
    }

    [Fact]
    public void A_full_device_is_recognised()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var disk = new OsDisk();
        using var file = disk.Open("/dev/full", FileOpening.Existing);
        var error = Assert.Throws<IOException>(() => file.Write(0, "x"u8));
        Assert.True(DiskError.IsFull(error));
        Assert.False(DiskError.IsReadOnly(error));
        Assert.Contains("/dev/full", error.Message, StringComparison.Ordinal);
        Assert.Contains("ENOSPC", error.Message, StringComparison.Ordinal);
        Assert.True(DiskError.IsFull(Assert.Throws<IOException>(
            () => file.Write(0, [new byte[1], new byte[2]]))));
    }

    [Fact]
    public void A_read_only_file_system_is_recognised()
    {
        // sysfs and procfs refuse new files in different ways; what counts is that EROFS is told apart from the rest.
        var error = (IOException)DiskError.Create("create", "/x", 30);
        Assert.True(DiskError.IsReadOnly(error));
        Assert.False(DiskError.IsFull(error));
        Assert.IsType<UnauthorizedAccessException>(DiskError.Create("create", "/x", 13));
    }

    [Theory, MemberData(nameof(Portable))]
    public void A_lock_is_held_once_and_freed_by_disposing(bool portable)
    {
        using var disk = Open(portable);
        var held = disk.TryLock(_folder[".lock"]);
        Assert.NotNull(held);
        Assert.Null(disk.TryLock(_folder[".lock"]));
        held.Dispose();
        using var again = disk.TryLock(_folder[".lock"]);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_lock_conflicts_with_the_record_lock_that_a_JVM_takes()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/python3"))
        {
            return;
        }

        using var disk = new OsDisk();
        Assert.Equal("free", LockedByAnother());
        using (disk.TryLock(_folder[".lock"]))
        {
            Assert.Equal("taken", LockedByAnother());
        }
    }

    private static OsDisk Open(bool portable) => portable ? new OsDisk(new PortableFileCalls()) : new OsDisk();

    private static void AssertNames(string path, Action action) =>
        Assert.Contains(path, Assert.ThrowsAny<SystemException>(action).Message, StringComparison.Ordinal);

    // A JVM's FileChannel.tryLock is fcntl(F_SETLK, F_WRLCK), which is what Python's lockf does.
    private string LockedByAnother()
    {
        var script = "import fcntl,sys\nf=open(sys.argv[1],'r+' if __import__('os').path.exists(sys.argv[1]) else 'w')\n"
            + "try:\n fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB)\n print('free')\nexcept OSError:\n print('taken')\n";
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", script, _folder[".lock"]])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var answer = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return answer;
    }
}
