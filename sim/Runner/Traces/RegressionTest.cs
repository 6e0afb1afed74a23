using System.Globalization;
using System.Text;

namespace Deterministic.Runner.Traces;

/// <summary>The xunit test of a trace file, ready to be put into tests/Simulation/Regressions beside it: fails until the bug is fixed.</summary>
internal static class RegressionTest
{
    /// <summary>Where the file is to be put.</summary>
    public const string Folder = "tests/Simulation/Regressions";

    /// <summary>The name of class and file.</summary>
    public static string NameOf(TraceFile trace) =>
        string.Create(CultureInfo.InvariantCulture, $"{Words(trace.Expected.Invariant)}Seed{trace.Parsed.Seed}Tests");

    /// <summary>The source of the test.</summary>
    public static string Of(TraceFile trace, string traceFileName) => string.Create(CultureInfo.InvariantCulture, $$"""
        namespace Deterministic.Simulation.Tests.Regressions;

        /// <summary>
        /// Found by seed {{trace.Parsed.Seed}} on commit {{trace.Commit}}, shrunk to {{trace.Parsed.Faults.Faults.Count}} faults and {{trace.LoudChoices}} choices:
        /// {{Comment(trace.Expected.Message)}}
        /// </summary>
        public sealed class {{NameOf(trace)}}
        {
            [Fact]
            public void {{Words(trace.Expected.Invariant)}}_holds() => Regression.Passes("{{traceFileName}}");
        }

        """);

    private static string Words(string name)
    {
        var words = new StringBuilder();
        var isStart = true;
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                words.Append(isStart ? char.ToUpperInvariant(c) : c);
            }

            isStart = !char.IsAsciiLetterOrDigit(c);
        }

        return words.ToString();
    }

    private static string Comment(string message)
    {
        const int shown = 160;
        var line = message.ReplaceLineEndings(" ");
        line = line.Length > shown ? line[..shown] + "…" : line;
        return line.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
    }
}
