using System.IO.Compression;
using System.Text.Json;
using Deterministic.Host.Commands;
using Deterministic.Host.Dump;
using Deterministic.Host.Tests.Commands;
using Deterministic.Tests.Shared;

namespace Deterministic.Host.Tests.Dump;

/// <summary>Dumps of log files that Kafka wrote, beside what Kafka's own program prints of them.</summary>
public sealed class DumpTests : IDisposable
{
    private const string Case = "transactions-tv2";
    private readonly TestFolder _folder = new();

    public DumpTests()
    {
        GoldenLogs.Unpack(new FolderDisk(), _folder.Path, Case);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dumps_are_those_of_kafka_dump_log_line_by_line()
    {
        foreach (var section in Expected().Split("\n# ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = section.TrimEnd('\n').Split('\n');
            var words = lines[0].TrimStart('#', ' ').Split(' ');
            var (exitCode, output, errors) = HostProcess.RunWithOutput(_folder.Path, "log", "dump", words[0], "--files", string.Join(',', words[1..]));
            Assert.True(exitCode == 0, errors);
            Assert.Equal(string.Join('\n', lines[1..]), output.ReplaceLineEndings("\n").TrimEnd('\n'));
        }
    }

    [Fact]
    public void As_JSON_every_line_is_an_object()
    {
        var log = Path.Combine(_folder.Path, "data", "txn-a-0", "00000000000000000003.log");
        var (_, output, _) = HostProcess.RunWithOutput(_folder.Path, "log", "dump", "--print-data-log", "--json", "--files", log);
        var objects = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Trim().Length > 0).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.All(objects, json => Assert.Equal(log, json.GetProperty("file").GetString()));
        Assert.Contains(objects, json => json.TryGetProperty("isRecord", out _) && json.TryGetProperty("endTxnMarker", out _));
    }

    [Fact]
    public void An_index_that_leads_elsewhere_is_found()
    {
        var path = Path.Combine(_folder.Path, "00000000000000000000.index");
        File.Copy(Directory.GetFiles(Path.Combine(_folder.Path, "data", "txn-a-0"), "*.log")[0], Path.ChangeExtension(path, ".log"));
        File.WriteAllBytes(path, [0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Empty(IndexCheck.Of(path, withLog: true));
        File.WriteAllBytes(path, [0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 9]);
        Assert.Single(IndexCheck.Of(path, withLog: false));
        Assert.Contains("Index offset: 5", string.Join('\n', IndexCheck.Of(path, withLog: true)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "0000000000000007", "\0\0\0\0\0\0\0\u0007")]
    [InlineData("org.apache.kafka.tools.api.LongDecoder", "0000000000000007", "7")]
    [InlineData("Integer", "00000007", "7")]
    [InlineData("Double", "3ff8000000000000", "1.5")]
    [InlineData("Long", "07", "07")]
    [InlineData("Bytes", "0a0b", "0a0b")]
    public void Values_are_decoded_by_name(string? decoder, string hex, string expected) =>
        Assert.Equal(expected, ValueText.Of(ValueText.Parse("--value-decoder-class", decoder), Convert.FromHexString(hex)));

    [Fact]
    public void A_decoder_that_is_not_there_is_refused_with_those_that_are() =>
        Assert.Contains("Long", Assert.Throws<CommandException>(() => ValueText.Parse("--value-decoder-class", "Avro")).Message, StringComparison.Ordinal);

    private static string Expected()
    {
        using var unzipped = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "dumps.txt.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped);
        return reader.ReadToEnd();
    }
}
