using System.Text;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary>Small files replaced in one step: write a temporary file, flush, rename over, sync the directory.</summary>
internal static class AtomicFile
{
    internal const int SmallFileBytesMax = 64 * 1024 * 1024;

    internal static void WriteText(IDisk disk, string path, string text) => Write(disk, path, Encoding.UTF8.GetBytes(text));

    internal static void Write(IDisk disk, string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + StoragePaths.TemporarySuffix;
        using (var file = disk.Open(temporary, FileOpening.Empty))
        {
            file.Write(0, bytes);
            file.Flush();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(DiskPath.DirectoryOf(path));
    }

    /// <summary>The whole file, or null when there is none.</summary>
    internal static byte[]? ReadOrNull(IDisk disk, string path)
    {
        if (!disk.FileExists(path))
        {
            return null;
        }

        using var file = disk.Open(path, FileOpening.ReadOnly);
        if (file.Length > SmallFileBytesMax)
        {
            throw new InvalidDataException($"{path} has {file.Length} bytes; such a file has at most {SmallFileBytesMax}");
        }

        var bytes = new byte[file.Length];
        var read = file.Read(0, bytes);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    internal static string? ReadTextOrNull(IDisk disk, string path) =>
        ReadOrNull(disk, path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
