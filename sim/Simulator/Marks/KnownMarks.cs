namespace Deterministic.Simulator.Marks;

/// <summary>
/// The names of all marks in the broker, so that a report can say which of them a batch of runs never reached. They stand in
/// <c>marks.txt</c>, one a line and sorted; a test compares it with the sources. Immutable.
/// </summary>
public static class KnownMarks
{
    private const string Resource = "Deterministic.Simulator.Marks.marks.txt";

    /// <summary>In ordinal order.</summary>
    public static IReadOnlyList<string> All { get; } = Read();

    private static string[] Read()
    {
        using var stream = typeof(KnownMarks).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not in this assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
