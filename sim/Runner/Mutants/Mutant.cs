namespace Deterministic.Runner.Mutants;

/// <summary>A patch that puts a historic bug into our code, with what its header says. Immutable.</summary>
internal sealed record Mutant
{
    /// <summary>The file's name without its end.</summary>
    public required string Name { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The fields of its header, by their names.</summary>
    public required IReadOnlyDictionary<string, string> Header { get; init; }

    /// <summary>The historic bug.</summary>
    public string Bug => Header.GetValueOrDefault("Bug", "");

    /// <summary>What is expected to find it.</summary>
    public string Expected => Header.GetValueOrDefault("Expected", "");

    /// <summary>Reads a patch: lines of <c>Name: value</c>, those that begin with a space go on, and behind them the diff.</summary>
    public static Mutant Parse(string path, string text)
    {
        var header = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var last = "";
        foreach (var line in text.Split('\n').TakeWhile(line => !line.StartsWith("diff --git", StringComparison.Ordinal)))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.StartsWith(' ') && last.Length > 0)
            {
                header[last] += " " + line.Trim();
            }
            else if (colon > 0)
            {
                last = line[..colon];
                header[last] = line[(colon + 1)..].Trim();
            }
        }

        return new Mutant { Name = System.IO.Path.GetFileNameWithoutExtension(path), Path = path, Header = header };
    }
}
