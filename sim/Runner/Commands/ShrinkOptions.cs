using System.CommandLine;
using Deterministic.Runner.Traces;

namespace Deterministic.Runner.Commands;

/// <summary>The options of commands that shrink. One instance for a command.</summary>
internal sealed class ShrinkOptions
{
    private const double SecondsDefault = 60;

    /// <summary>How long a seed may be shrunk.</summary>
    public Option<double> Seconds { get; } = new("--shrink-seconds")
    {
        Description = "Seconds for the shrinking of one failure", DefaultValueFactory = _ => SecondsDefault,
    };

    /// <summary>Where files go.</summary>
    public Option<string> Folder { get; } = new("--out")
    {
        Description = "Folder for trace files, tests and pages of failures", DefaultValueFactory = _ => FailureFiles.DefaultFolder,
    };

    /// <summary>The time for one failure.</summary>
    public TimeSpan TimeMax(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(Seconds));
}
