namespace Deterministic.Conformance.DifferentialTest;

/// <summary>The data files of this program, which it carries with it.</summary>
internal static class DataFile
{
    internal static string Text(string name)
    {
        using var stream = typeof(DataFile).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Rows of a table: # begins a comment.</summary>
    internal static IEnumerable<string[]> Rows(string name) => Text(name).Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'));
}
