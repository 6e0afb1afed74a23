namespace Deterministic.Runner.Commands;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>All that was run was well.</summary>
    public const int Success = 0;

    /// <summary>Something failed, or could not be done.</summary>
    public const int Failure = 1;

    /// <summary>Ended by Ctrl-C, as shells have it.</summary>
    public const int Interrupted = 130;
}
