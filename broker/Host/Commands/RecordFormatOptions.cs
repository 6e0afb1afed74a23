using System.CommandLine;

namespace Deterministic.Host.Commands;

/// <summary>The options of <c>consume</c> that say what is printed of a record.</summary>
internal sealed class RecordFormatOptions
{
    private readonly Option<bool> _key = new("--print-key") { Description = "Print keys" };
    private readonly Option<bool> _timestamp = new("--print-timestamp") { Description = "Print timestamps" };
    private readonly Option<bool> _headers = new("--print-headers") { Description = "Print headers" };
    private readonly Option<bool> _partition = new("--print-partition") { Description = "Print partitions" };
    private readonly Option<bool> _offset = new("--print-offset") { Description = "Print offsets" };
    private readonly Option<string?> _separator = new("--key-separator") { Description = "What to print between the fields (a tab)" };
    private readonly Option<string[]> _property = new("--formatter-property", "--property")
    {
        Description = "print.key=true, print.timestamp=true, key.separator=..., as kafka-console-consumer takes them",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_key, _timestamp, _headers, _partition, _offset, _separator, _property])
        {
            command.Add(option);
        }
    }

    /// <summary>What the options ask for.</summary>
    public RecordPrinter Printer(ParseResult result, TextWriter output, bool asJson)
    {
        var properties = PropertyOption.Parse(result.GetValue(_property));
        bool Has(Option<bool> option, string property) =>
            result.GetValue(option) || properties.GetValueOrDefault(property) == "true";
        return new RecordPrinter(output)
        {
            AsJson = asJson,
            Key = Has(_key, "print.key"),
            Timestamp = Has(_timestamp, "print.timestamp"),
            Headers = Has(_headers, "print.headers"),
            Partition = Has(_partition, "print.partition"),
            Offset = Has(_offset, "print.offset"),
            Value = properties.GetValueOrDefault("print.value", "true") == "true",
            Separator = result.GetValue(_separator) ?? properties.GetValueOrDefault("key.separator", "\t"),
        };
    }
}
