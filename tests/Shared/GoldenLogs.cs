using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Deterministic.Kernel.Ports;

namespace Deterministic.Tests.Shared;

/// <summary>Log directories written by Apache Kafka 4.3.1, and what a reader must find in them.</summary>
public static class GoldenLogs
{
    private static string PathOf(string name, string file) => Path.Combine(AppContext.BaseDirectory, "Golden", "logs", name, file);

    /// <summary>Whether a case has such a file.</summary>
    public static bool Has(string name, string file) => File.Exists(PathOf(name, file));

    /// <summary>Unpacks an archive below a root; <c>data/x</c> becomes <c>root/data/x</c>.</summary>
    public static void Unpack(IDisk disk, string root, string name, string archive = "data.tar.gz")
    {
        using var unzipped = new GZipStream(File.OpenRead(PathOf(name, archive)), CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            var path = DiskPath.Join(root, entry.Name.TrimStart('.', '/').TrimEnd('/'));
            if (entry.EntryType == TarEntryType.Directory)
            {
                disk.CreateDirectory(path.TrimEnd('/'));
            }
            else if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                disk.CreateDirectory(DiskPath.DirectoryOf(path));
                var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                using var file = disk.Open(path, FileOpening.Empty);
                file.Write(0, content.ToArray());
            }
        }
    }

    /// <summary>The batches of every .log file, by path below <c>data/</c>.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> Batches(string name)
    {
        using var unzipped = new GZipStream(File.OpenRead(PathOf(name, "batches.jsonl.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped);
        var result = new Dictionary<string, List<JsonElement>>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var batch = JsonDocument.Parse(line).RootElement;
            var file = batch.GetProperty("file").GetString()!;
            if (!result.TryGetValue(file, out var list))
            {
                list = [];
                result.Add(file, list);
            }

            list.Add(batch);
        }

        return result.ToDictionary(r => r.Key, r => (IReadOnlyList<JsonElement>)r.Value, StringComparer.Ordinal);
    }

    /// <summary>The offsets that Kafka stated.</summary>
    public static IReadOnlyList<GoldenOffsets> Offsets(string name) =>
        File.ReadAllLines(PathOf(name, "offsets.tsv")).Skip(1).Select(line =>
        {
            var words = line.Split('\t');
            long Number(int i) => long.Parse(words[i], CultureInfo.InvariantCulture);
            return new GoldenOffsets(words[0], (int)Number(1), Number(2), Number(3), Number(4), Number(5), Number(6));
        }).ToList();
}
