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

    /// <summary>The text for the log: an <see cref="InvariantException"/> says what it saw, anything else where it came from.</summary>
    public static string Describe(ShardId shard, Exception error) =>
        $"Shard {shard} cannot go on and the broker stops (exit code {Code}); acknowledged records are on disk: {error}";

    /// <summary>Tells standard error and ends the process. For <see cref="NodeHost"/>'s callback, after logging.</summary>
    public static void Stop(ShardId shard, Exception error)
    {
        Console.Error.WriteLine(Describe(shard, error));
        Console.Error.Flush();
        if (OperatingSystem.IsLinux())
        {
            Libc.ExitNow(Code);
        }

        Environment.Exit(Code);
    }
}
