using System.Globalization;
using Deterministic.Host.Options;
using Deterministic.Protocol.Records;

namespace Deterministic.Host.Commands.Performance;

/// <summary>What properties of a Java producer say, as far as they change how records travel. Immutable.</summary>
internal sealed record ProducerSettings
{
    private const int DefaultBatchBytes = 16 * 1024;
    private const int DefaultRequestBytes = 1024 * 1024;
    private const int DefaultLingerMs = 5;
    private const int DefaultBufferBytes = 32 * 1024 * 1024;
    private const int DefaultInFlight = 5;

    public short Acks { get; init; } = -1;

    public CompressionCodec Codec { get; init; }

    public int BatchBytes { get; init; } = DefaultBatchBytes;

    public int RequestBytes { get; init; } = DefaultRequestBytes;

    public int LingerMs { get; init; } = DefaultLingerMs;

    public long BufferBytes { get; init; } = DefaultBufferBytes;

    public int InFlightMax { get; init; } = DefaultInFlight;

    public bool IsIdempotent { get; init; }

    public string? TransactionalId { get; init; }

    public string? Bootstrap { get; init; }

    /// <summary>Reads them; a key that another one must agree with is checked.</summary>
    internal static ProducerSettings Of(IReadOnlyDictionary<string, string> properties)
    {
        var acks = Value("acks", "all") switch
        {
            "all" or "-1" => (short)-1,
            "1" => (short)1,
            "0" => (short)0,
            var other => throw new CommandException($"acks={other}: it must be 0, 1 or all"),
        };
        var isIdempotent = Value("enable.idempotence", acks == -1 ? "true" : "false") switch
        {
            "true" when acks != -1 => throw new CommandException($"enable.idempotence=true needs acks=all, not {acks}"),
            "true" => true,
            "false" => false,
            var other => throw new CommandException($"enable.idempotence={other}: it must be true or false"),
        };
        return new ProducerSettings
        {
            Acks = acks,
            IsIdempotent = isIdempotent,
            Codec = CodecOf(Value("compression.type", "none")),
            BatchBytes = (int)Number("batch.size", DefaultBatchBytes, 1),
            RequestBytes = (int)Number("max.request.size", DefaultRequestBytes, 1),
            LingerMs = (int)Number("linger.ms", DefaultLingerMs, 0),
            BufferBytes = Number("buffer.memory", DefaultBufferBytes, 1),
            InFlightMax = (int)Number("max.in.flight.requests.per.connection", DefaultInFlight, 1),
            TransactionalId = properties.GetValueOrDefault("transactional.id"),
            Bootstrap = properties.GetValueOrDefault("bootstrap.servers"),
        };

        string Value(string key, string fallback) => properties.GetValueOrDefault(key, fallback);

        long Number(string key, long fallback, long min) =>
            !properties.TryGetValue(key, out var text) ? fallback
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= int.MaxValue ? number
            : throw new CommandException($"{key}={text}: it must be a number from {min} to {int.MaxValue}");
    }

    /// <summary>Properties of a file and, stronger, of <c>key=value</c> words.</summary>
    internal static Dictionary<string, string> Properties(FileInfo? file, IEnumerable<string>? pairs)
    {
        var properties = file is null ? new Dictionary<string, string>(StringComparer.Ordinal) : PropertiesFile.Read(file.FullName);
        foreach (var (key, value) in PropertyOption.Parse(pairs))
        {
            properties[key] = value;
        }

        return properties;
    }

    private static CompressionCodec CodecOf(string name) => name.ToLowerInvariant() switch
    {
        "none" => CompressionCodec.None,
        "gzip" => CompressionCodec.Gzip,
        "snappy" => CompressionCodec.Snappy,
        "lz4" => CompressionCodec.Lz4,
        "zstd" => CompressionCodec.Zstd,
        _ => throw new CommandException($"compression.type={name}: it must be none, gzip, snappy, lz4 or zstd"),
    };
}
