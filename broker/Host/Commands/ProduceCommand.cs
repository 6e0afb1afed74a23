using System.CommandLine;
using System.Text;
using Deterministic.Host.Client;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Commands;

/// <summary><c>produce</c>: one record for each line of standard input or a file; option names as kafka-console-producer has them.</summary>
internal sealed class ProduceCommand
{
    private readonly CommonOptions _common;
    private readonly Option<string> _topic = new("--topic") { Description = "Topic to write to", Required = true };
    private readonly Option<FileInfo?> _file = new("--file") { Description = "Read lines from this file instead of standard input" };
    private readonly Option<string?> _keySeparator = new("--key-separator")
    {
        Description = "What stands between key and value; without it lines have no key",
    };

    private readonly Option<string?> _codec = new("--compression-codec")
    {
        Description = "none, gzip, snappy, lz4 or zstd (gzip when no name is given)", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _acks = new("--request-required-acks", "--acks")
    {
        Description = "0, 1 or all (-1)", DefaultValueFactory = _ => "all",
    };

    private readonly Option<string?> _nullMarker = new("--null-marker") { Description = "Text that stands for null" };
    private readonly Option<string[]> _property = new("--reader-property", "--property")
    {
        Description = "parse.key=true, key.separator=..., null.marker=..., as kafka-console-producer takes them",
    };

    private ProduceCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ProduceCommand(common);
        var command = new Command("produce", "Write lines as records")
        {
            common.BootstrapServer, common.Json, self._topic, self._file, self._keySeparator, self._codec, self._acks,
            self._nullMarker, self._property,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var properties = PropertyOption.Parse(result.GetValue(_property));
        var keySeparator = result.GetValue(_keySeparator);
        if (properties.GetValueOrDefault("parse.key") == "true")
        {
            keySeparator ??= properties.GetValueOrDefault("key.separator", "\t");
        }

        var format = new LineFormat(keySeparator, result.GetValue(_nullMarker) ?? properties.GetValueOrDefault("null.marker"));
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-produce");
        using var producer = new RecordProducer(client, result.GetValue(_topic)!, CodecOf(result), AcksOf(result.GetValue(_acks)!));
        using var input = result.GetValue(_file) is { } file
            ? new StreamReader(file.OpenRead())
            : new StreamReader(Console.OpenStandardInput());
        await PumpAsync(input, format, producer, cancellation);
        if (result.GetValue(_common.Json))
        {
            var report = new Report("Topic", "Records");
            report.Add(result.GetValue(_topic), producer.SentCount);
            report.Print(asJson: true);
        }

        return ExitCode.Success;
    }

    private static async Task PumpAsync(StreamReader input, LineFormat format, RecordProducer producer, CancellationToken cancellation)
    {
        for (long number = 1; ; number++)
        {
            var next = input.ReadLineAsync(cancellation);
            if (!next.IsCompleted)
            {
                // Nothing more to read right now: whoever types wants each line sent.
                await producer.FlushAsync(cancellation);
            }

            if (await next is not { } line)
            {
                break;
            }

            var (key, value) = format.Split(line, number);
            await producer.AddAsync(key, value, Array.Empty<RecordHeader>(), cancellation);
        }

        await producer.FlushAsync(cancellation);
    }

    private CompressionCodec CodecOf(ParseResult result)
    {
        if (result.GetResult(_codec) is null)
        {
            return CompressionCodec.None;
        }

        var name = result.GetValue(_codec) ?? "gzip";
        return name.ToLowerInvariant() switch
        {
            "none" or "uncompressed" => CompressionCodec.None,
            "gzip" => CompressionCodec.Gzip,
            "snappy" => CompressionCodec.Snappy,
            "lz4" => CompressionCodec.Lz4,
            "zstd" => CompressionCodec.Zstd,
            _ => throw new CommandException($"--compression-codec {name}: it must be none, gzip, snappy, lz4 or zstd"),
        };
    }

    private static short AcksOf(string text) => text switch
    {
        "all" or "-1" => -1,
        "0" => 0,
        "1" => 1,
        _ => throw new CommandException($"--acks {text}: it must be 0, 1 or all"),
    };

    /// <summary>How a line becomes key and value.</summary>
    private sealed record LineFormat(string? KeySeparator, string? NullMarker)
    {
        public (byte[]? Key, byte[]? Value) Split(string line, long number)
        {
            if (KeySeparator is null)
            {
                return (null, Bytes(line));
            }

            var at = line.IndexOf(KeySeparator, StringComparison.Ordinal);
            return at >= 0
                ? (Bytes(line[..at]), Bytes(line[(at + KeySeparator.Length)..]))
                : throw new CommandException($"No key separator found on line number {number}: '{line}'; it must hold '{KeySeparator}' between key and value");
        }

        private byte[]? Bytes(string text) => text == NullMarker ? null : Encoding.UTF8.GetBytes(text);
    }
}
