using System.Net;
using System.Net.Sockets;
using Deterministic.Host.Commands;
using Deterministic.Protocol;

namespace Deterministic.Host.Tests.Commands;

/// <summary>The verbs of an administrator, as a terminal runs them against a broker of its own.</summary>
public sealed class AdminCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a=1", "a=1")]
    [InlineData("a=1,b=2", "a=1 b=2")]
    [InlineData("cleanup.policy=[compact,delete],b=2", "cleanup.policy=compact,delete b=2")]
    [InlineData("b=2,cleanup.policy=[compact,delete]", "b=2 cleanup.policy=compact,delete")]
    [InlineData("a=", "a=")]
    [InlineData("a=x=y", "a=x=y")]
    [InlineData("", "")]
    public void Additions_are_read_as_kafka_configs_reads_them(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', ConfigsCommand.ParseAdditions(text).Select(pair => $"{pair.Key}={pair.Value}")));

    [Theory]
    [InlineData("a")]
    [InlineData("=1")]
    [InlineData("a=[1,2")]
    public void Additions_that_cannot_be_read_are_refused(string text) =>
        Assert.Contains(text, Assert.Throws<CommandException>(() => ConfigsCommand.ParseAdditions(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Offsets_are_read_from_JSON()
    {
        var offsets = DeleteRecordsCommand.Parse("""{"partitions": [{"topic": "a-b", "partition": 3, "offset": -1}], "version": 1}""");
        Assert.Equal(-1, offsets[new TopicPartition("a-b", 3)]);
        Assert.Throws<CommandException>(() => DeleteRecordsCommand.Parse("{}"));
        Assert.Throws<CommandException>(() => DeleteRecordsCommand.Parse("nonsense"));
        Assert.Throws<CommandException>(() => DeleteRecordsCommand.Parse(
            """{"partitions": [{"topic": "a", "partition": 0, "offset": 1}, {"topic": "a", "partition": 0, "offset": 2}]}"""));
    }

    [Fact]
    public void Levels_are_read_with_their_names()
    {
        Assert.Equal(("group.version", (short)1), FeaturesCommand.ParseFeature("group.version=1", takesLevel: true));
        Assert.Equal(("group.version", (short)0), FeaturesCommand.ParseFeature("group.version", takesLevel: false));
        Assert.Throws<CommandException>(() => FeaturesCommand.ParseFeature("group.version", takesLevel: true));
    }

    [Fact]
    public void Every_verb_works_against_a_broker()
    {
        var port = FreePort();
        using var broker = HostProcess.Started(
            _folder.Path, null, "--set", $"listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:1", "--set", $"log.dirs={_folder.Path}/d1,{_folder.Path}/d2");
        string[] at = ["--bootstrap-server", $"localhost:{port}"];
        Succeeds([.. at.Prepend("topics"), "--create", "--topic", "orders", "--partitions", "2"]);
        Succeeds([.. at.Prepend("topics"), "--alter", "--topic", "orders", "--partitions", "4"]);
        Fails("3 would not be an increase", [.. at.Prepend("topics"), "--alter", "--topic", "orders", "--partitions", "3"]);
        Assert.Contains("orders", Succeeds([.. at.Prepend("configs"), "--alter", "--topic", "orders", "--add-config", "retention.ms=1234,cleanup.policy=[compact,delete]"]), StringComparison.Ordinal);
        var shown = Succeeds([.. at.Prepend("configs"), "--describe", "--entity-type", "topics", "--entity-name", "orders", "--json"]);
        Assert.Contains("\"value\": \"1234\"", shown, StringComparison.Ordinal);
        Assert.Contains("\"value\": \"compact,delete\"", shown, StringComparison.Ordinal);
        Fails("Not a number of type LONG", [.. at.Prepend("configs"), "--alter", "--topic", "orders", "--add-config", "retention.ms=x"]);
        Assert.Contains("log.cleaner.backoff.ms", Succeeds([.. at.Prepend("configs"), "--describe", "--broker", "1", "--all"]), StringComparison.Ordinal);
        var file = Path.Combine(_folder.Path, "offsets.json");
        File.WriteAllText(file, """{"partitions": [{"topic": "orders", "partition": 1, "offset": -1}], "version": 1}""");
        Assert.Contains("\"lowWatermark\": 0", Succeeds([.. at.Prepend("delete-records"), "--offset-json-file", file, "--json"]), StringComparison.Ordinal);
        Assert.Contains(_folder.Path + "/d2", Succeeds([.. at.Prepend("log-dirs"), "--describe", "--topic-list", "orders"]), StringComparison.Ordinal);
        Assert.Contains("metadata.version", Succeeds(["features", "describe", .. at]), StringComparison.Ordinal);
        Succeeds(["features", "downgrade", "--feature", "group.version=0", "--dry-run", .. at]);
        Fails("does not support this feature", ["features", "upgrade", "--feature", "no.such=1", .. at]);
        Assert.Contains("localhost:1", Succeeds(["metadata", "quorum", "describe", "--status", .. at]), StringComparison.Ordinal);
        Assert.Contains("Leader", Succeeds(["metadata", "quorum", "describe", "--replication", .. at]), StringComparison.Ordinal);
        Assert.Equal(0, broker.Terminate());
    }

    [Fact]
    public void Groups_and_transactions_are_shown_and_changed()
    {
        var port = FreePort();
        using var broker = HostProcess.Started(_folder.Path, null, "--set", $"listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:1");
        string[] at = ["--bootstrap-server", $"localhost:{port}"];
        var lines = Path.Combine(_folder.Path, "lines.txt");
        File.WriteAllLines(lines, ["1", "2", "3", "4", "5"]);
        Succeeds([.. at.Prepend("topics"), "--create", "--topic", "orders", "--partitions", "1"]);
        Succeeds([.. at.Prepend("produce"), "--topic", "orders", "--file", lines]);
        Succeeds([.. at.Prepend("consume"), "--topic", "orders", "--from-beginning", "--group", "billing", "--max-messages", "3"]);
        string[] groups = [.. at.Prepend("groups")];
        Assert.Contains("\"lag\": 2", Succeeds([.. groups, "--describe", "--group", "billing", "--json"]), StringComparison.Ordinal);
        Assert.Contains("billing", Succeeds([.. groups, "--list", "--state", "Empty"]), StringComparison.Ordinal);
        Assert.Contains("classic", Succeeds([.. groups, "--list", "--type"]), StringComparison.Ordinal);
        Assert.Contains("\"newOffset\": 1", Succeeds([.. groups, "--reset-offsets", "--group", "billing", "--topic", "orders", "--shift-by", "-2", "--dry-run", "--json"]), StringComparison.Ordinal);
        Assert.Equal("\"orders\",0,3", Succeeds([.. groups, "--reset-offsets", "--group", "billing", "--all-topics", "--export"]).Trim());
        File.WriteAllText(lines, "orders,0,4");
        Succeeds([.. groups, "--reset-offsets", "--group", "billing", "--from-file", lines, "--execute"]);
        Assert.Contains("\"lag\": 1", Succeeds([.. groups, "--describe", "--group", "billing", "--json"]), StringComparison.Ordinal);
        Fails("exactly one of", [.. groups, "--reset-offsets", "--group", "billing", "--all-topics", "--to-latest", "--to-earliest"]);
        Succeeds([.. groups, "--delete-offsets", "--group", "billing", "--topic", "orders:0"]);
        Fails("does not exist", [.. groups, "--describe", "--group", "none"]);
        Assert.Equal("orders:0:5", Succeeds([.. at.Prepend("get-offsets"), "--topic", "orders"]).Trim());
        Assert.Contains("\"apiKey\": 18", Succeeds([.. at.Prepend("api-versions"), "--json"]), StringComparison.Ordinal);
        Assert.Contains("Cluster ID: ", Succeeds(["cluster", "cluster-id", .. at]), StringComparison.Ordinal);
        Assert.Contains("unfenced", Succeeds(["cluster", "list-endpoints", .. at]), StringComparison.Ordinal);
        Assert.Contains("already elected", Succeeds([.. at.Prepend("leader-election"), "--election-type", "preferred", "--topic", "orders", "--partition", "0"]), StringComparison.Ordinal);
        Succeeds([.. at.Prepend("client-metrics"), "--alter", "--name", "m", "--metrics", "org.", "--interval", "60000"]);
        Assert.Contains("60000", Succeeds([.. at.Prepend("client-metrics"), "--describe"]), StringComparison.Ordinal);
        Succeeds([.. at.Prepend("client-metrics"), "--delete", "--name", "m"]);
        Fails("TRANSACTIONAL_ID_NOT_FOUND", ["transactions", "describe", "--transactional-id", "none", .. at]);
        Succeeds(["transactions", "find-hanging", "--topic", "orders", .. at]);
        Assert.Equal(0, broker.Terminate());
    }

    [Fact]
    public void Tests_of_speed_count_what_they_wrote_and_read()
    {
        var port = FreePort();
        using var broker = HostProcess.Started(_folder.Path, null, "--set", $"listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:1");
        string[] at = ["--bootstrap-server", $"localhost:{port}"];
        string[] produce = [.. at.Prepend("producer-perf-test"), "--topic", "speed", "--throughput", "-1"];
        Succeeds([.. at.Prepend("topics"), "--create", "--topic", "speed", "--partitions", "2"]);
        Assert.Contains("5000 records sent", Succeeds([.. produce, "--num-records", "5000", "--record-size", "100"]), StringComparison.Ordinal);
        Assert.Contains("\"records\": 700", Succeeds([.. produce, "--num-records", "700", "--payload-monotonic", "--transactional-id", "t", "--transaction-duration-ms", "1", "--json"]), StringComparison.Ordinal);
        Succeeds([.. produce, "--num-records", "300", "--record-size", "10", "--producer-props", "acks=1", "linger.ms=0", "compression.type=lz4"]);
        Fails("exactly one of --record-size", [.. produce, "--num-records", "5"]);
        Assert.Contains("CompleteCommit", Succeeds(["transactions", "list", .. at]), StringComparison.Ordinal);
        Assert.Contains("\"records\": 6000", Succeeds([.. at.Prepend("consumer-perf-test"), "--topic", "speed", "--num-records", "6000", "--json"]), StringComparison.Ordinal);
        var latencies = Succeeds(["e2e-latency", $"localhost:{port}", "latency", "20", "all", "50"]);
        Assert.Contains("Avg latency: ", latencies, StringComparison.Ordinal);
        Assert.Contains("Percentiles: 50th = ", latencies, StringComparison.Ordinal);
        Assert.Equal(0, broker.Terminate());
    }

    private string Succeeds(string[] arguments)
    {
        var (exitCode, output, errors) = HostProcess.RunWithOutput(_folder.Path, arguments);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {errors}");
        return output;
    }

    private void Fails(string why, string[] arguments)
    {
        var (exitCode, _, errors) = HostProcess.RunWithOutput(_folder.Path, arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains(why, errors, StringComparison.Ordinal);
    }

    /// <summary>Clients are told the port that the properties name, so it must be known before.</summary>
    private static int FreePort()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return ((IPEndPoint)taken.LocalEndpoint).Port;
    }
}
