using System.Globalization;
using Deterministic.Simulator.Faults;
using ScottPlot;
using ScottPlot.Statistics;

namespace Deterministic.Runner.Reports;

/// <summary>The plots of a report, as SVG files.</summary>
internal static class Plots
{
    private const int Width = 900;
    private const int Height = 420;
    private const int Bins = 30;

    /// <summary>The length of the bar of what happened once, so that it is seen on an axis of powers of ten.</summary>
    private const double ShownOfOne = 0.1;
    private static readonly Color s_color = Colors.C0;

    /// <summary>Writes them all.</summary>
    public static void Write(string folder, ReportHeader header, Coverage coverage)
    {
        Save(Path.Combine(folder, "speed.svg"), header, Distribution("How fast seeds ran", "events a second on one core", coverage.EventsPerSecond));
        Save(Path.Combine(folder, "convergence.svg"), header, Distribution("How long seeds needed after the heal", "seconds of world time until all was served and read", coverage.ConvergenceSeconds));
        Save(Path.Combine(folder, "reach.svg"), header, Reach(coverage));
        Save(Path.Combine(folder, "faults.svg"), header, Faults(coverage), Height * 2);
    }

    private static Plot Distribution(string title, string axis, List<double> values)
    {
        var plot = Titled(title, axis, "seeds");
        if (values.Count > 0)
        {
            var histogram = Histogram.WithBinCount(Bins, values.Min(), Math.Max(values.Max(), values.Min() + 1e-3));
            histogram.AddRange(values);
            var bars = plot.Add.Bars(histogram.Bins, histogram.Counts);
            foreach (var bar in bars.Bars)
            {
                bar.Size = histogram.FirstBinSize;
                bar.Position += histogram.FirstBinSize / 2;
                bar.FillColor = s_color;
                bar.LineWidth = 0;
            }
        }

        plot.Axes.Margins(bottom: 0);
        return plot;
    }

    private static Plot Reach(Coverage coverage)
    {
        var plot = Titled("What was new with each seed", "seeds", "different ones so far");
        var seeds = Enumerable.Range(1, coverage.MarksSoFar.Count).Select(i => (double)i).ToArray();
        AddLine(plot, seeds, coverage.MarksSoFar, "marks hit");
        AddLine(plot, seeds, coverage.CrashPointsSoFar, "crash points crashed at");
        plot.ShowLegend(Alignment.LowerRight);
        plot.Axes.SetLimitsY(0, Math.Max(1, coverage.MarksSoFar.Concat(coverage.CrashPointsSoFar).DefaultIfEmpty().Max() * 1.1));
        return plot;
    }

    private static Plot Faults(Coverage coverage)
    {
        var kinds = Enum.GetValues<FaultKind>().Where(kind => coverage.Faults[(int)kind] > 0).Reverse().ToArray();
        var plot = Titled("Faults that took effect", "times", "");
        var bars = plot.Add.Bars(kinds.Select((kind, i) => new Bar
        {
            Position = i, Value = Math.Log10(coverage.Faults[(int)kind]) + ShownOfOne, Orientation = Orientation.Horizontal, LineWidth = 0, FillColor = s_color,
        }).ToList());
        bars.Horizontal = true;
        plot.Axes.Left.SetTicks([.. kinds.Select((_, i) => (double)i)], [.. kinds.Select(kind => kind.ToString())]);
        var powers = Enumerable.Range(0, 10).TakeWhile(power => Math.Pow(10, power) <= 10 * coverage.Faults.Max()).ToArray();
        plot.Axes.Bottom.SetTicks([.. powers.Select(power => power + ShownOfOne)], [.. powers.Select(power => Math.Pow(10, power).ToString("N0", CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimitsX(0, powers.LastOrDefault() + ShownOfOne);
        return plot;
    }

    private static void AddLine(Plot plot, double[] seeds, List<double> values, string name)
    {
        var line = plot.Add.ScatterLine(seeds, [.. values]);
        line.LegendText = name;
        line.LineWidth = 2;
    }

    private static Plot Titled(string title, string bottom, string left)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel(bottom);
        plot.YLabel(left);
        return plot;
    }

    private static void Save(string path, ReportHeader header, Plot plot, int height = Height)
    {
        var svg = plot.GetSvgXml(Width, height);
        var start = svg.IndexOf("<svg", StringComparison.Ordinal);
        File.WriteAllText(path, $"{svg[..start]}<!-- {header.Line.Replace("--", "- -", StringComparison.Ordinal)} -->\n{svg[start..]}");
    }
}
