using System.Text.Json;
using System.Text.RegularExpressions;

namespace Deterministic.Host.Tests.Metrics;

/// <summary>What operators look at, against a broker that runs.</summary>
public sealed partial class DashboardTests(WatchedBroker broker) : IClassFixture<WatchedBroker>
{
    private static readonly string s_dashboard = System.IO.Path.Combine(AppContext.BaseDirectory, "Grafana", "broker.json");

    [Fact]
    public async Task Every_query_of_the_dashboard_finds_data_after_a_small_load()
    {
        var samples = await broker.ScrapeAsync();
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(s_dashboard));
        var problems = new List<string>();
        var queries = 0;
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                queries++;
                if (PromQuery.Problem(target.GetProperty("expr").GetString()!, target.GetProperty("legendFormat").GetString()!, samples) is { } problem)
                {
                    problems.Add($"{panel.GetProperty("title")}: {problem}");
                }
            }
        }

        Assert.Equal([], problems);
        Assert.InRange(queries, 30, 1000);
    }

    [Fact]
    public async Task Every_variable_of_the_dashboard_has_values()
    {
        var samples = await broker.ScrapeAsync();
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(s_dashboard));
        foreach (var variable in dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray())
        {
            if (LabelValues().Match(variable.GetProperty("query").GetString()!) is { Success: true } query)
            {
                Assert.Contains(samples, sample => sample.Name == query.Groups["metric"].Value && sample.Labels.ContainsKey(query.Groups["label"].Value));
            }
        }
    }

    [Fact]
    public async Task The_table_of_kafkas_metrics_says_which_are_here()
    {
        var samples = await broker.ScrapeAsync();
        var names = samples.Select(sample => sample.Name).ToHashSet(StringComparer.Ordinal);
        var expected = await File.ReadAllLinesAsync(System.IO.Path.Combine(AppContext.BaseDirectory, "Metrics", "kafka-metrics.tsv"));
        var actual = expected.Select(line => KafkaMetric.Parse(line)).Select(metric => metric.RowOf(names)).ToArray();
        var file = System.IO.Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, actual);
        Assert.True(expected.SequenceEqual(actual), $"the broker has other metrics than the table says; what it has is in {file}");
        File.Delete(file);
    }

    [Theory]
    [InlineData("/healthz", 200, "alive\n")]
    [InlineData("/readyz", 200, "ready\n")]
    [InlineData("/", 404, "there is no page /; there are /metrics, /healthz and /readyz\n")]
    public async Task A_page_says_what_it_says(string path, int status, string body) => Assert.Equal((status, body), await broker.GetAsync(path));

    [Fact]
    public async Task Counters_of_a_second_scrape_are_not_below_those_of_the_first()
    {
        var (_, first) = await broker.GetAsync("/metrics");
        var counters = CounterNames().Matches(first).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var before = Scrape.Parse(first).Where(sample => counters.Contains(sample.Name)).ToDictionary(Key, sample => sample.Value);
        foreach (var sample in (await broker.ScrapeAsync()).Where(sample => counters.Contains(sample.Name)))
        {
            Assert.True(!before.TryGetValue(Key(sample), out var earlier) || sample.Value >= earlier, $"{Key(sample)} fell from {earlier} to {sample.Value}");
        }

        Assert.InRange(counters.Count, 20, 10_000);
    }

    private static string Key(Sample sample) => $"{sample.Name} {string.Join(',', sample.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))}";

    [GeneratedRegex(@"^label_values\((?<metric>\w+), (?<label>\w+)\)$", RegexOptions.None, 1000)]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"(?m)^# TYPE (?<name>\w+) counter$", RegexOptions.None, 1000)]
    private static partial Regex CounterNames();
}
