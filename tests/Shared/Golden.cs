using System.IO.Compression;
using System.Text;

namespace Deterministic.Tests.Shared;

/// <summary>Golden data: what the real Kafka wrote, said or answered. The files lie in <c>Golden/</c>, compressed.</summary>
public static class Golden
{
    /// <summary>The lines of a file, such as <c>Protocol/vectors.tsv.gz</c>.</summary>
    public static IReadOnlyList<string> Lines(string name) => Lines(typeof(Golden).Assembly, name);

    private static List<string> Lines(System.Reflection.Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"no golden file {name}; there are {string.Join(", ", assembly.GetManifestResourceNames())}");
        using var reader = new StreamReader(new GZipStream(resource, CompressionMode.Decompress), Encoding.UTF8);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }
}
