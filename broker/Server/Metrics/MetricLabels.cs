using System.Text;

namespace Deterministic.Server.Metrics;

/// <summary>Labels as Prometheus' text format writes them, without the braces: <c>topic="orders",partition="0"</c>. Stateless.</summary>
public static class MetricLabels
{
    /// <summary>None.</summary>
    public const string None = "";

    /// <summary>One label.</summary>
    public static string Of(string name, string value)
    {
        var text = new StringBuilder(name.Length + value.Length + 3);
        Append(text, name, value);
        return text.ToString();
    }

    /// <summary>Two labels.</summary>
    public static string Of(string name, string value, string second, string secondValue) =>
        $"{Of(name, value)},{Of(second, secondValue)}";

    /// <summary>Both lists, one behind the other.</summary>
    public static string Join(string first, string second) =>
        first.Length == 0 ? second : second.Length == 0 ? first : $"{first},{second}";

    /// <summary>Adds one label, its value escaped.</summary>
    public static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(',');
        }

        text.Append(name).Append("=\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
