using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Deterministic.Runner.Drawing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Tests;

public sealed partial class FailurePageTests
{
    [Fact]
    public void The_page_is_well_formed_and_needs_nothing_else()
    {
        var page = PageOf();
        var markup = Script().Replace(page, "");
        var document = XDocument.Parse(markup[(markup.IndexOf("<html", StringComparison.Ordinal))..]);
        Assert.NotNull(document.Root!.Element("body"));
        Assert.DoesNotMatch(External(), page);
        Assert.DoesNotContain("/*DATA*/", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/*SCRIPT*/", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_data_say_lanes_lines_faults_and_the_violation()
    {
        var data = JsonDocument.Parse(Data().Match(PageOf()).Groups["json"].Value).RootElement;
        Assert.Equal("planted", data.GetProperty("invariant").GetString());
        Assert.Equal(data.GetProperty("lines").GetArrayLength() - 1, data.GetProperty("violationLine").GetInt32());
        Assert.Equal("it was <planted> & found", data.GetProperty("message").GetString());
    }

    private static string PageOf() =>
        FailurePage.Of(SyntheticRun.ResultOf(SyntheticRun.ScenarioOf(faults: 2), SyntheticRun.Planted), new EventLog(), "./run sim replay --seed 7");

    [GeneratedRegex(@"(src|href)=|@import|url\((?!#)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex External();

    [GeneratedRegex("<script.*?</script>", RegexOptions.Singleline, 1000)]
    private static partial Regex Script();

    [GeneratedRegex("<script id=\"data\"[^>]*>(?<json>.*?)</script>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Data();
}
