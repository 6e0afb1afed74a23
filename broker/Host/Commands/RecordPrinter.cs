using System.Text;
using System.Text.Json;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands;

/// <summary>Writes records as lines, in the layout of kafka-console-consumer or as one JSON object a line. Lives for one command.</summary>
internal sealed class RecordPrinter(TextWriter output)
{
    /// <summary>Print one JSON object a line.</summary>
    public bool AsJson { get; init; }

    /// <summary>Print CreateTime or LogAppendTime.</summary>
    public bool Timestamp { get; init; }

    /// <summary>Print the partition.</summary>
    public bool Partition { get; init; }

    /// <summary>Print the offset.</summary>
    public bool Offset { get; init; }

    /// <summary>Print the headers.</summary>
    public bool Headers { get; init; }

    /// <summary>Print the key.</summary>
    public bool Key { get; init; }

    /// <summary>Print the value.</summary>
    public bool Value { get; init; } = true;

    /// <summary>Between the fields.</summary>
    public string Separator { get; init; } = "\t";

    /// <summary>Records printed.</summary>
    public long Count { get; private set; }

    /// <summary>Prints one.</summary>
    public void Print(ConsumedRecord record)
    {
        Count++;
        output.WriteLine(AsJson ? Json(record) : Line(record));
    }

    private string Line(ConsumedRecord record)
    {
        var fields = new List<string>();
        if (Timestamp)
        {
            fields.Add($"{(record.IsAppendTime ? "LogAppendTime" : "CreateTime")}:{record.TimestampMs}");
        }

        if (Partition)
        {
            fields.Add($"Partition:{record.Partition}");
        }

        if (Offset)
        {
            fields.Add($"Offset:{record.Offset}");
        }

        if (Headers)
        {
            fields.Add(record.Headers.Count == 0
                ? "NO_HEADERS"
                : string.Join(',', record.Headers.Select(header => $"{header.Key}:{Text(header.Value)}")));
        }

        if (Key)
        {
            fields.Add(Text(record.Key));
        }

        if (Value)
        {
            fields.Add(Text(record.Value));
        }

        return string.Join(Separator, fields);
    }

    private static string Text(byte[]? bytes) => bytes is null ? "null" : Encoding.UTF8.GetString(bytes);

    private static string Json(ConsumedRecord record)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteString("topic", record.Topic);
            json.WriteNumber("partition", record.Partition);
            json.WriteNumber("offset", record.Offset);
            json.WriteNumber("timestampMs", record.TimestampMs);
            WriteText(json, "key", record.Key);
            WriteText(json, "value", record.Value);
            json.WriteStartArray("headers");
            foreach (var header in record.Headers)
            {
                json.WriteStartObject();
                json.WriteString("key", header.Key);
                WriteText(json, "value", header.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.ToArray());
    }

    private static void WriteText(Utf8JsonWriter json, string name, byte[]? bytes)
    {
        if (bytes is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, Encoding.UTF8.GetString(bytes));
        }
    }
}
