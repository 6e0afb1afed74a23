using System.Globalization;
using Deterministic.Runner.Running;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Determinism;

/// <summary>What two runs of a seed must agree on, as one line of text between processes. Immutable.</summary>
internal sealed record Fingerprint(ulong Seed, string Verdict, ulong Hash, long Events, IReadOnlyList<ulong> Points)
{
    /// <summary>The fingerprint of a run.</summary>
    public static Fingerprint Of(SeedOutcome outcome) => outcome.Result is { } result
        ? new Fingerprint(outcome.Seed, result.Violation?.Invariant.Replace(' ', '-') ?? "ok", result.Hash, result.Events, result.HashPoints)
        : new Fingerprint(outcome.Seed, $"error-{outcome.Error!.GetType().Name}", 0, 0, []);

    /// <summary>Reads what <see cref="ToLine"/> wrote.</summary>
    public static Fingerprint Parse(string line)
    {
        var words = line.Split(' ');
        return words.Length == 5
            ? new Fingerprint(
                ulong.Parse(words[0], CultureInfo.InvariantCulture), words[1], Hex(words[2]), long.Parse(words[3], CultureInfo.InvariantCulture),
                [.. words[4].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Hex)])
            : throw new InvalidDataException($"not a fingerprint: {line}");
    }

    /// <summary>Seed, verdict, hash, steps and the hashes on the way.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture,
        $"{Seed} {Verdict} {Hash:x16} {Events} {string.Join(',', Points.Select(point => point.ToString("x16", CultureInfo.InvariantCulture)))}");

    /// <summary>The steps among which two runs of a seed part, first and last; null when they do not.</summary>
    public static (long First, long Last)? Difference(Fingerprint one, Fingerprint other)
    {
        if (one.Verdict == other.Verdict && one.Hash == other.Hash && one.Events == other.Events)
        {
            return null;
        }

        var common = Math.Min(one.Points.Count, other.Points.Count);
        var equal = 0;
        while (equal < common && one.Points[equal] == other.Points[equal])
        {
            equal++;
        }

        var first = (long)equal * RunHash.Interval + 1;
        return (first, equal < common ? first + RunHash.Interval - 1 : Math.Max(one.Events, other.Events));
    }

    private static ulong Hex(string text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
