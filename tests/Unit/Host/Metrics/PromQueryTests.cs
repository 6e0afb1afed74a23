namespace Deterministic.Host.Tests.Metrics;

/// <summary>The test of dashboards must be able to fail.</summary>
public sealed class PromQueryTests
{
    private static readonly IReadOnlyList<Sample> s_samples = Scrape.Parse(
        """
        # TYPE in_total counter
        in_total{topic="orders"} 3
        in_total{topic="a \"b\" \\ c"} 1
        state 3

        """);

    [Theory]
    [InlineData("state", "")]
    [InlineData("sum by (topic) (rate(in_total{topic=~\"$topic\",instance=~\"$instance\"}[5m]))", "{{topic}}")]
    [InlineData("100 * in_total{topic!=\"x\"} / state", "")]
    public void A_query_that_finds_samples_is_fine(string query, string legend) => Assert.Null(PromQuery.Problem(query, legend, s_samples));

    [Theory]
    [InlineData("stat", "")]
    [InlineData("rate(in_totals[5m])", "")]
    [InlineData("in_total{topic=\"bills\"}", "")]
    [InlineData("in_total{topics=\"orders\"}", "")]
    [InlineData("in_total{topic!~\".*\"}", "")]
    [InlineData("sum by (partition) (in_total)", "")]
    [InlineData("in_total", "{{partition}}")]
    [InlineData("in_total + stat", "")]
    public void A_name_or_label_that_is_misspelt_is_found(string query, string legend) => Assert.NotNull(PromQuery.Problem(query, legend, s_samples));

    [Fact]
    public void Labels_are_read_with_their_escapes() => Assert.Equal(@"a ""b"" \ c", s_samples[1].Labels["topic"]);
}
