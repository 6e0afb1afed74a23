namespace Deterministic.Simulator.Faults;

/// <summary>
/// The ids of the crash points that brokers are known to reach, from which plans draw uniformly: what is reached once in a
/// life gets the same share as what is reached ten thousand times. They stand in <c>crash-points.txt</c>, one a line and
/// sorted; one that is missing is never crashed at on purpose. Immutable.
/// </summary>
public static class KnownCrashPoints
{
    private const string Resource = "Deterministic.Simulator.Faults.crash-points.txt";

    /// <summary>In ordinal order.</summary>
    public static IReadOnlyList<string> All { get; } = Read();

    /// <summary>Those of a process that does not serve yet.</summary>
    public static IReadOnlyList<string> Starting { get; } = [.. All.Where(IsOfStart)];

    /// <summary>Those of putting a compacted segment in the place of others: reached by logs alone that are compacted.</summary>
    public static IReadOnlyList<string> Compacting { get; } = [.. All.Where(IsOfCompaction)];

    /// <summary>Those of a replica that moves to another log directory.</summary>
    public static IReadOnlyList<string> Moving { get; } = [.. All.Where(IsOfMove)];

    /// <summary>Whether only a start reaches it.</summary>
    public static bool IsOfStart(string id) => id.EndsWith(" starting", StringComparison.Ordinal);

    /// <summary>Whether only a stop in order reaches it.</summary>
    public static bool IsOfStop(string id) => id.EndsWith(" stopping", StringComparison.Ordinal);

    private static bool IsOfCompaction(string id) =>
        id.Contains(".log.cleaned", StringComparison.Ordinal) || id.Contains(".swap", StringComparison.Ordinal)
        || id is "rename .log serving" or "rename .log.deleted serving" or "sync-directory partition serving";

    private static bool IsOfMove(string id) =>
        id.Contains("partition-future", StringComparison.Ordinal) || id is "rename partition serving" or "rename partition starting"
        or "rename partition-delete serving" or "sync-directory directory serving" or "write .checkpoint.part serving";

    private static string[] Read()
    {
        using var stream = typeof(KnownCrashPoints).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in this assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
