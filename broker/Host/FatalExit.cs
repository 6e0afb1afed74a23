using System.Text;
using Deterministic.Host.Posix;
using Deterministic.Kernel;

namespace Deterministic.Host;

/// <summary>
/// Ends the process when a shard cannot go on. At once, without shutdown work: that would run on state that is known to
/// be wrong, and the log is made to be recovered. Stateless.
/// </summary>
public static class FatalExit
{
    /// <summary>The exit code: <c>EX_SOFTWARE</c> of sysexits.</summary>
    public const int Code = 70;

    private const int StandardError = 2;

    /// <summary>The text for the log: an <see cref="InvariantException"/> says what it saw, anything else where it came from.</summary>
    public static string Describe(ShardId shard, Exception error) =>
        $"Shard {shard} cannot go on and the broker stops (exit code {Code}): {error}";

    /// <summary>Tells standard error and ends the process. For <see cref="NodeHost"/>'s callback, after logging.</summary>
    public static void Stop(ShardId shard, Exception error)
    {
        var text = Describe(shard, error) + Environment.NewLine;
        if (OperatingSystem.IsLinux())
        {
            WriteAndExit(Encoding.UTF8.GetBytes(text));
        }

        Console.Error.Write(text);
        Environment.Exit(Code);
    }

    // Straight to descriptor 2: .NET's console wants another descriptor, and having run out of them may be why we are here.
    private static unsafe void WriteAndExit(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            _ = LibcSockets.Write(StandardError, start, (nuint)text.Length);
        }

        Libc.ExitNow(Code);
    }
}
