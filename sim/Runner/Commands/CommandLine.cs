using System.CommandLine;

namespace Deterministic.Runner.Commands;

/// <summary>The whole command line. Built once by Program.</summary>
internal static class CommandLine
{
    /// <summary>All commands.</summary>
    public static RootCommand Build(CancellationToken interrupt)
    {
        var actions = new Actions(interrupt);
        return new RootCommand("Runs the broker in a simulated world that breaks, and says what it found.")
        {
            RunCommand.Build(actions),
            ReplayCommand.Build(actions),
            ShrinkCommand.Build(actions),
            DeterminismCommand.Build(actions),
            MutantsCommand.Build(actions),
            MarksCommand.Build(actions),
            ExploreCommand.Build(actions),
            CanaryCommand.Build(actions),
            FingerprintCommand.Build(actions),
        };
    }
}
