using System.Globalization;
using System.Text;

namespace Deterministic.Host.Tests.Metrics;

/// <summary>Reads Prometheus' text format as strictly as Prometheus does: each line is a comment or a sample, nothing comes twice.</summary>
internal static class Scrape
{
    internal static IReadOnlyList<Sample> Parse(string text)
    {
        var samples = new List<Sample>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var space = line.LastIndexOf(' ');
            var series = line[..space];
            Assert.True(seen.Add(series), $"{series} comes twice");
            var brace = series.IndexOf('{', StringComparison.Ordinal);
            var labels = brace < 0 ? [] : Labels(series[(brace + 1)..^1]);
            labels["instance"] = "localhost:9404";
            samples.Add(new Sample(brace < 0 ? series : series[..brace], labels, ValueOf(line[(space + 1)..])));
        }

        return samples;
    }

    private static double ValueOf(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static Dictionary<string, string> Labels(string text)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf("=\"", at, StringComparison.Ordinal);
            var name = text[at..equals];
            var value = new StringBuilder();
            for (at = equals + 2; text[at] != '"'; at++)
            {
                value.Append(text[at] != '\\' ? text[at] : text[++at] == 'n' ? '\n' : text[at]);
            }

            Assert.True(labels.TryAdd(name, value.ToString()), $"label {name} comes twice in {text}");
            at++;
            Assert.True(at == text.Length || text[at] == ',', text);
            at++;
        }

        return labels;
    }
}
