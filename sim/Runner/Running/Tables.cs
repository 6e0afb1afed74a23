using System.Globalization;
using Spectre.Console;

namespace Deterministic.Runner.Running;

/// <summary>Rows for a terminal, and the same as Markdown.</summary>
internal static class Tables
{
    private const int RedirectedWidth = 1000;

    /// <summary>Prints rows to standard output.</summary>
    public static void Print(IReadOnlyList<string> columns, IEnumerable<object[]> rows)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        var isPiped = Console.IsOutputRedirected;
        if (isPiped)
        {
            console.Profile.Width = RedirectedWidth;
        }

        var table = new Table { Border = isPiped ? TableBorder.None : TableBorder.Rounded };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = isPiped });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(value => new Text(TextOf(value))));
        }

        console.Write(table);
    }

    /// <summary>Rows as a Markdown table.</summary>
    public static string Markdown(IReadOnlyList<string> columns, IEnumerable<object[]> rows)
    {
        var lines = new List<string> { Row(columns), Row(columns.Select(_ => "---")) };
        lines.AddRange(rows.Select(row => Row(row.Select(TextOf))));
        return string.Join('\n', lines) + "\n";
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |";

    private static string TextOf(object value) =>
        value is IFormattable number ? number.ToString(value is double ? "F2" : null, CultureInfo.InvariantCulture) : value.ToString() ?? "";
}
