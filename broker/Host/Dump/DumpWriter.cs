using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Deterministic.Host.Dump;

/// <summary>Writes what a dump finds: lines of <c>name: value</c> in the words of kafka-dump-log, or a JSON object a line. Lives for one command.</summary>
internal sealed class DumpWriter(TextWriter output, bool asJson)
{
    private string _file = "";

    /// <summary>What follows comes from this file.</summary>
    internal void Begin(string file)
    {
        _file = file;
        if (!asJson)
        {
            output.WriteLine($"Dumping {file}");
        }
    }

    /// <summary>A sentence.</summary>
    internal void Say(string text)
    {
        if (asJson)
        {
            Write("", ("text", text));
        }
        else
        {
            output.WriteLine(text);
        }
    }

    /// <summary>A batch, a record (behind a bar), or an entry.</summary>
    internal void Write(string prefix, params ReadOnlySpan<(string Name, object Value)> fields)
    {
        var line = new StringBuilder(asJson ? $"{{\"file\":{Quoted(_file)}" : prefix);
        if (asJson && prefix.Length > 0)
        {
            line.Append(",\"isRecord\":true");
        }

        var isFirst = true;
        foreach (var (name, value) in fields)
        {
            if (asJson)
            {
                line.Append(',').Append(Quoted(name)).Append(':').Append(Json(value));
            }
            else
            {
                line.Append(isFirst ? "" : " ").Append(name).Append(value is JsonText { IsBare: true } ? " " : ": ").Append(Plain(value));
            }

            isFirst = false;
        }

        output.WriteLine(asJson ? line.Append('}') : line);
    }

    private static string Plain(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        JsonText json => json.Text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Json(object value) => value is string text ? Quoted(text) : Plain(value);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
