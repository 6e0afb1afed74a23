using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Deterministic.Host.Tests.Commands;

namespace Deterministic.Host.Tests.Metrics;

/// <summary>A broker of this machine with its pages, after a small load: topics, records, a group, an error. Lives for the tests of a class.</summary>
public sealed partial class WatchedBroker : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly HostProcess _broker;
    private readonly HttpClient _http = new();
    private readonly string _address;

    public WatchedBroker()
    {
        _address = $"localhost:{FreePort()}";
        _broker = HostProcess.Started(
            _folder.Path, null, "--set", $"listeners=PLAINTEXT://{_address},CONTROLLER://localhost:1", "--set", "metrics.listener=localhost:0",
            "--set", "log.dirs=" + System.IO.Path.Combine(_folder.Path, "data"), "--set", "group.initial.rebalance.delay.ms=0");
        Pages = new Uri(PagesAddress().Match(_broker.Output).Groups["pages"].Value);
        Load();
    }

    /// <summary>Where its pages are.</summary>
    internal Uri Pages { get; }

    internal async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(Pages, path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    internal async Task<IReadOnlyList<Sample>> ScrapeAsync() => Scrape.Parse((await GetAsync("/metrics")).Body);

    public void Dispose()
    {
        _http.Dispose();
        _broker.Terminate();
        _broker.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    private void Load()
    {
        var input = System.IO.Path.Combine(_folder.Path, "records.txt");
        File.WriteAllLines(input, Enumerable.Range(1, 100).Select(i => $"record {i}"));
        Run("topics", "--create", "--topic", "orders", "--partitions", "3");
        Assert.NotEqual(0, HostProcess.RunWithOutput(_folder.Path, "topics", "--create", "--topic", "orders", "-b", _address).ExitCode);
        Run(["configs", "--alter", "--entity-type", "clients", "--entity-default", "--add-config", "producer_byte_rate=1e9,consumer_byte_rate=1e9,request_percentage=1e6"]);
        Run("produce", "--topic", "orders", "--file", input);
        Run("consume", "--topic", "orders", "--from-beginning", "--group", "billing", "--max-messages", "100");
    }

    private void Run(params string[] arguments)
    {
        var (exitCode, _, errors) = HostProcess.RunWithOutput(_folder.Path, [.. arguments, "-b", _address]);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {errors}");
    }

    [GeneratedRegex(@"metrics at\s+(?<pages>http\S+)/metrics", RegexOptions.None, 1000)]
    private static partial Regex PagesAddress();
}
