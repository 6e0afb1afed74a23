using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Faults;

namespace Deterministic.Simulator.Disks;

/// <summary>The crash points of what is done to one kind of file or directory, looked up once for each open file.</summary>
internal sealed class DiskPoints(CrashPoints points, string kind)
{
    internal CrashPoint Open { get; } = points.Get($"open {kind}");

    internal CrashPoint Create { get; } = points.Get($"create {kind}");

    internal CrashPoint Read { get; } = points.Get($"read {kind}");

    internal CrashPoint Write { get; } = points.Get($"write {kind}");

    internal CrashPoint SetLength { get; } = points.Get($"set-length {kind}");

    internal CrashPoint Flush { get; } = points.Get($"flush {kind}");

    internal CrashPoint BeginFlush { get; } = points.Get($"begin-flush {kind}");

    internal CrashPoint FlushDone { get; } = points.Get($"flush-done {kind}");

    internal CrashPoint Rename { get; } = points.Get($"rename {kind}");

    internal CrashPoint Delete { get; } = points.Get($"delete {kind}");

    internal CrashPoint List { get; } = points.Get($"list {kind}");

    internal CrashPoint Sync { get; } = points.Get($"sync-directory {kind}");

    /// <summary>The name without what differs between files of a kind: the offset that it begins with.</summary>
    internal static string KindOfFile(string path)
    {
        var name = DiskPath.NameOf(path);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && char.IsAsciiDigit(name[0]) ? name[dot..] : name;
    }

    /// <summary>A partition's directory, alive or on its way out, or one that holds such.</summary>
    internal static string KindOfDirectory(string path)
    {
        var name = DiskPath.NameOf(path);
        var dash = name.LastIndexOf('-');
        if (dash < 0)
        {
            return "directory";
        }

        var suffix = name[(dash + 1)..];
        return suffix switch
        {
            "delete" or "stray" or "future" => $"partition-{suffix}",
            _ => suffix.Length > 0 && suffix.All(char.IsAsciiDigit) ? "partition" : "directory",
        };
    }
}
