using System.CommandLine;

namespace Deterministic.Host.Commands.Groups;

/// <summary>The options of <c>groups --reset-offsets</c> alone. One instance for the command line.</summary>
internal sealed class ResetOptions
{
    private readonly Option<bool> _toEarliest = new("--to-earliest") { Description = "To the first offset" };
    private readonly Option<bool> _toLatest = new("--to-latest") { Description = "To the end" };
    private readonly Option<bool> _toCurrent = new("--to-current") { Description = "To where the group is" };
    private readonly Option<long?> _toOffset = new("--to-offset") { Description = "To this offset" };
    private readonly Option<long?> _shiftBy = new("--shift-by") { Description = "So many offsets forward, or back when negative" };
    private readonly Option<string?> _toDatetime = new("--to-datetime") { Description = "To the first record since YYYY-MM-DDThh:mm:ss.sss (UTC unless it ends with a zone)" };
    private readonly Option<string?> _byDuration = new("--by-duration") { Description = "To the first record of the last PnDTnHnMnS" };
    private readonly Option<FileInfo?> _fromFile = new("--from-file") { Description = "To the offsets of a file that --export wrote" };

    internal Option<bool> DryRun { get; } = new("--dry-run") { Description = "Show what would be reset (the default)" };

    internal Option<bool> Execute { get; } = new("--execute") { Description = "Do it" };

    internal Option<bool> Export { get; } = new("--export") { Description = "Print the offsets as CSV for --from-file" };

    /// <summary>All of them.</summary>
    internal IReadOnlyList<Option> All =>
        [_toEarliest, _toLatest, _toCurrent, _toOffset, _shiftBy, _toDatetime, _byDuration, _fromFile, DryRun, Execute, Export];

    /// <summary>Where the offsets go; exactly one of the options says so. <c>--export</c> alone means where they are.</summary>
    internal ResetTarget Target(ParseResult result, DateTimeOffset now)
    {
        var targets = new List<ResetTarget>();
        if (result.GetValue(_toEarliest))
        {
            targets.Add(new ResetTarget(ResetKind.Earliest));
        }

        if (result.GetValue(_toLatest))
        {
            targets.Add(new ResetTarget(ResetKind.Latest));
        }

        if (result.GetValue(_toCurrent))
        {
            targets.Add(new ResetTarget(ResetKind.Current));
        }

        if (result.GetValue(_toOffset) is { } offset)
        {
            targets.Add(new ResetTarget(ResetKind.Offset, offset));
        }

        if (result.GetValue(_shiftBy) is { } shift)
        {
            targets.Add(new ResetTarget(ResetKind.Shift, shift));
        }

        if (result.GetValue(_toDatetime) is { } text)
        {
            targets.Add(new ResetTarget(ResetKind.Time, ResetTime.OfDateTime(text).ToUnixTimeMilliseconds()));
        }

        if (result.GetValue(_byDuration) is { } duration)
        {
            targets.Add(new ResetTarget(ResetKind.Time, (now - ResetTime.OfDuration(duration)).ToUnixTimeMilliseconds()));
        }

        if (result.GetValue(_fromFile) is { } file)
        {
            targets.Add(new ResetTarget(ResetKind.File, File: file.FullName));
        }

        return targets.Count switch
        {
            1 => targets[0],
            0 when result.GetValue(Export) => new ResetTarget(ResetKind.Current),
            _ => throw new CommandException(
                "--reset-offsets needs exactly one of --to-offset, --to-datetime, --by-duration, --to-earliest, --to-latest, --shift-by, --from-file, --to-current"),
        };
    }
}
