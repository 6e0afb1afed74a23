using System.Net;
using System.Net.Sockets;

namespace Deterministic.Host.Tests.Commands;

/// <summary>What an operator sees at the start: each wrong world one sentence on standard error, exit code 1, nothing half done.</summary>
public sealed class StartCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Data => System.IO.Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_broker_starts_stops_cleanly_and_starts_again()
    {
        for (var life = 0; life < 2; life++)
        {
            using var broker = Started();
            Assert.Contains("listening on  PLAINTEXT localhost:", broker.Output, StringComparison.Ordinal);
            Assert.Contains("data in       " + Data, broker.Output, StringComparison.Ordinal);
            Assert.Equal(0, broker.Terminate());
            Assert.True(File.Exists(System.IO.Path.Combine(Data, ".kafka_cleanshutdown")));
        }
    }

    [Fact]
    public void A_directory_in_use_is_named()
    {
        using var broker = Started();
        Refused("data", null, Arguments());
        Assert.Equal(0, broker.Terminate());
    }

    [Fact]
    public void A_taken_port_is_named()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Refused($"localhost:{port}", null, Arguments($"listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:1"));
        taken.Stop();
        using var broker = Started();
        Assert.Equal(0, broker.Terminate());
    }

    [Fact]
    public void Another_clusters_directory_is_refused()
    {
        using (var broker = Started("4L6g3nShT-eMCtK--X86sw"))
        {
            broker.Terminate();
        }

        Refused("4L6g3nShT-eMCtK--X86sw", "MkU3OEVBNTcwNTJENDM2Qk", Arguments());
    }

    [Fact]
    public void Another_nodes_directory_is_refused()
    {
        using (var broker = Started())
        {
            broker.Terminate();
        }

        Refused("node.id", null, Arguments("node.id=7"));
    }

    [Fact]
    public void A_directory_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(Data);
        var file = System.IO.Path.Combine(Data, "meta.properties");
        File.WriteAllText(file, "version=9\ncluster.id=MkU3OEVBNTcwNTJENDM2Qk\nnode.id=1\n");
        Refused("version", null, Arguments());
        Assert.Equal("version=9\ncluster.id=MkU3OEVBNTcwNTJENDM2Qk\nnode.id=1\n", File.ReadAllText(file));
    }

    [Fact]
    public void A_file_in_place_of_the_directory_is_named()
    {
        File.WriteAllText(Data, "");
        Refused(Data, null, Arguments());
    }

    [Theory]
    [InlineData("num.partitions=many", "num.partitions")]
    [InlineData("num.partitions=0", "num.partitions")]
    [InlineData("log.durability=tape", "log.durability")]
    [InlineData("listeners=SSL://localhost:0,CONTROLLER://localhost:1", "SSL")]
    [InlineData("listeners=PLAINTEXT://localhost:99999", "99999")]
    [InlineData("process.roles=king", "king")]
    [InlineData("nonsense", "key=value")]
    public void A_wrong_property_is_named(string property, string named)
    {
        Refused(named, null, Arguments(property));
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void A_missing_properties_file_is_named() =>
        Refused("nowhere.properties", null, ["start", "nowhere.properties"]);

    [Fact]
    public void An_unknown_option_is_named() => Refused("--bogus", null, ["start", "--bogus"]);

    [Fact]
    public void An_unknown_key_is_a_warning_with_a_suggestion()
    {
        using var broker = HostProcess.Started(_folder.Path, null, Arguments("num.partition=3")[1..]);
        Assert.Contains("num.partition", broker.Errors, StringComparison.Ordinal);
        Assert.Contains("num.partitions", broker.Errors, StringComparison.Ordinal);
        Assert.Equal(0, broker.Terminate());
    }

    private HostProcess Started(string? clusterId = null) => HostProcess.Started(_folder.Path, clusterId, Arguments()[1..]);

    private string[] Arguments(string? property = null) =>
    [
        "start", "--set", "listeners=PLAINTEXT://localhost:0,CONTROLLER://localhost:1", "--set", "log.dirs=" + Data,
        .. property is null ? (string[])[] : ["--set", property],
    ];

    private void Refused(string named, string? clusterId, string[] arguments)
    {
        var (exitCode, errors) = HostProcess.Run(_folder.Path, clusterId, arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains(named, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
