using Deterministic.Host.Client;
using Deterministic.Host.Commands;
using Deterministic.Host.Commands.Groups;

namespace Deterministic.Host.Tests.Commands.Groups;

/// <summary>What the options of <c>groups</c> mean, without a broker.</summary>
public sealed class GroupParsingTests
{
    private static readonly TopicAndPartition s_partition = new("orders", 3);

    [Theory]
    [InlineData("2026-01-31T12:00:00.000", 1769860800000)]
    [InlineData("2026-01-31T12:00:00.123", 1769860800123)]
    [InlineData("2026-01-31T12:00:00", 1769860800000)]
    [InlineData("2026-01-31T12:00:00Z", 1769860800000)]
    [InlineData("2026-01-31T12:00:00.000+01:00", 1769857200000)]
    [InlineData("2026-01-31T12:00:00-01:00", 1769864400000)]
    public void Dates_are_read_as_UTC_unless_they_name_a_zone(string text, long expected) =>
        Assert.Equal(expected, ResetTime.OfDateTime(text).ToUnixTimeMilliseconds());

    [Theory]
    [InlineData("2026-01-31")]
    [InlineData("2026-01-31 12:00:00")]
    [InlineData("yesterday")]
    public void A_date_of_another_form_is_refused_with_the_form(string text) =>
        Assert.Contains("YYYY-MM-DDThh:mm:ss", Assert.Throws<CommandException>(() => ResetTime.OfDateTime(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("P1DT2H3M4S", 93784)]
    [InlineData("PT30M", 1800)]
    public void Durations_are_those_of_ISO_8601(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), ResetTime.OfDuration(text));

    [Fact]
    public void A_duration_of_another_form_is_refused() => Assert.Throws<CommandException>(() => ResetTime.OfDuration("30m"));

    [Fact]
    public void A_topic_may_be_followed_by_partitions()
    {
        Assert.Null(TopicScope.Parse("orders").Partitions);
        Assert.Equal([0, 2], TopicScope.Parse("orders:0,2").Partitions!);
        Assert.Throws<CommandException>(() => TopicScope.Parse("orders:x"));
        Assert.Throws<CommandException>(() => TopicScope.Parse(":1"));
    }

    [Fact]
    public void An_exported_file_can_be_read_again()
    {
        Assert.Equal("\"orders\",3,7", OffsetsFile.Line(null, s_partition, 7));
        Assert.Equal("\"g\",\"orders\",3,7", OffsetsFile.Line("g", s_partition, 7));
        Assert.Equal(7, OffsetsFile.Parse("\"orders\",3,7\n", ["g"])["g"][s_partition]);
        Assert.Equal(7, OffsetsFile.Parse("orders,3,7\r\n\r\n", ["g"])["g"][s_partition]);
        Assert.Equal(7, OffsetsFile.Parse("\"g\",\"orders\",3,7", ["g", "h"])["g"][s_partition]);
    }

    [Theory]
    [InlineData("orders,3", "Line 1")]
    [InlineData("orders,3,7\norders,x,7", "Line 2")]
    public void A_line_that_cannot_be_read_is_named(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<CommandException>(() => OffsetsFile.Parse(text, ["g"])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(5, 5, 0)]
    [InlineData(2, 3, 1)]
    [InlineData(11, 10, 1)]
    public void An_offset_is_kept_within_the_log(long wanted, long expected, int warnings)
    {
        var said = new List<string>();
        Assert.Equal(expected, OffsetReset.Within(wanted, earliest: 3, latest: 10, s_partition, said.Add));
        Assert.Equal(warnings, said.Count);
    }

    [Fact]
    public void States_are_known_by_name_in_any_case()
    {
        Assert.Equal(["Stable", "Empty"], GroupListing.Names("--state", "stable, EMPTY", ["Stable", "Empty"]));
        Assert.Contains("Stable, Empty", Assert.Throws<CommandException>(() => GroupListing.Names("--state", "x", ["Stable", "Empty"])).Message, StringComparison.Ordinal);
    }
}
