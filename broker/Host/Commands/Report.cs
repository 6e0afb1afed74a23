using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Deterministic.Host.Commands;

/// <summary>Rows for people (a table) or for programs (JSON lines of one array). Lives for one command.</summary>
internal sealed class Report(params string[] columns)
{
    private const int RedirectedWidth = 1000;
    private readonly List<object?[]> _rows = [];

    /// <summary>Adds a row: text, numbers, truth values or null, one for each column.</summary>
    public void Add(params object?[] values) => _rows.Add(values);

    /// <summary>Prints it as the command line asks, by the option <c>--json</c>.</summary>
    public void Print(ParseResult result) => Print(result.GetValue<bool>("--json"));

    /// <summary>Prints it.</summary>
    public void Print(bool asJson)
    {
        if (asJson)
        {
            PrintJson();
        }
        else
        {
            PrintTable();
        }
    }

    private void PrintTable()
    {
        if (_rows.Count == 0)
        {
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        var table = new Table { Border = Console.IsOutputRedirected ? TableBorder.None : TableBorder.Rounded };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = Console.IsOutputRedirected });
        }

        foreach (var row in _rows)
        {
            table.AddRow(row.Select(value => new Text(Format(value))));
        }

        console.Write(table);
    }

    private static string Format(object? value) => value switch
    {
        null => "-",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private void PrintJson()
    {
        using var output = Console.OpenStandardOutput();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (var row in _rows)
        {
            json.WriteStartObject();
            for (var i = 0; i < columns.Length; i++)
            {
                WriteValue(json, JsonNameOf(columns[i]), row[i]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case int or short or sbyte or long:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Format(value));
                break;
        }
    }

    /// <summary>"Log end offset" becomes logEndOffset.</summary>
    private static string JsonNameOf(string column)
    {
        var words = column.ToLowerInvariant().Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
