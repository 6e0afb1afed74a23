using System.IO.Compression;
using System.Text;

namespace Deterministic.Server.Tests.Groups;

/// <summary>What Apache Kafka 4.3.1 wrote and answered; recorded, compressed, embedded.</summary>
internal static class GoldenFiles
{
    internal static byte[] Bytes(string name)
    {
        using var resource = typeof(GoldenFiles).Assembly.GetManifestResourceStream("Groups." + name)
            ?? throw new InvalidOperationException($"no golden file {name}");
        using var unzipped = new GZipStream(resource, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        unzipped.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal static IEnumerable<string[]> Rows(string name) =>
        Encoding.UTF8.GetString(Bytes(name)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'));
}
