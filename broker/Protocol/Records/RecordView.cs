namespace Deterministic.Protocol.Records;

/// <summary>
/// One record of a batch v2, seen in place: length, attributes, timestamp delta, offset delta, key, value, headers
/// (KIP-98). Lives as long as the bytes.
/// </summary>
public readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> _headers;

    private RecordView(ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty)
        {
            throw new InvalidRecordException("a record has no attributes");
        }

        var position = 1;
        Attributes = record[0];
        if (!Varint.TryRead(record, ref position, out long timestampDelta)
            || !Varint.TryRead(record, ref position, out int offsetDelta))
        {
            throw new InvalidRecordException("a record has a timestamp or offset delta that is cut or too long");
        }

        TimestampDelta = timestampDelta;
        OffsetDelta = offsetDelta;
        Key = ReadBytes(record, ref position, "key", out var isKeyNull);
        Value = ReadBytes(record, ref position, "value", out var isValueNull);
        IsKeyNull = isKeyNull;
        IsValueNull = isValueNull;
        HeaderCount = ReadHeaderCount(record, ref position);
        _headers = record[position..];
        WalkHeaders();
    }

    /// <summary>Unused so far; stored as it came.</summary>
    public byte Attributes { get; }

    /// <summary>Relative to the base timestamp of the batch.</summary>
    public long TimestampDelta { get; }

    /// <summary>Relative to the base offset of the batch.</summary>
    public int OffsetDelta { get; }

    /// <summary>The key; empty for null.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Whether the key is null rather than empty.</summary>
    public bool IsKeyNull { get; }

    /// <summary>The value; empty for null.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the value is null rather than empty: a tombstone.</summary>
    public bool IsValueNull { get; }

    /// <summary>Number of headers.</summary>
    public int HeaderCount { get; }

    /// <summary>The headers, in order.</summary>
    public RecordHeaderReader Headers => new(_headers, HeaderCount);

    /// <summary>Reads the record, length first, at <paramref name="position"/> and moves behind it.</summary>
    /// <exception cref="InvalidRecordException">A length does not fit.</exception>
    internal static RecordView Read(ReadOnlySpan<byte> records, scoped ref int position)
    {
        if (!Varint.TryRead(records, ref position, out int length) || length < 0 || length > records.Length - position)
        {
            throw new InvalidRecordException(
                $"a record states an impossible length where {records.Length - position} bytes are left");
        }

        var record = new RecordView(records.Slice(position, length));
        position += length;
        return record;
    }

    // Kafka takes every negative length for null.
    internal static ReadOnlySpan<byte> ReadBytes(ReadOnlySpan<byte> record, scoped ref int position, string what, out bool isNull)
    {
        if (!Varint.TryRead(record, ref position, out int length) || length > record.Length - position)
        {
            throw new InvalidRecordException($"a record's {what} is longer than the record or has a malformed length");
        }

        isNull = length < 0;
        if (isNull)
        {
            return default;
        }

        var bytes = record.Slice(position, length);
        position += length;
        return bytes;
    }

    private static int ReadHeaderCount(ReadOnlySpan<byte> record, scoped ref int position)
    {
        // Each header takes at least the two bytes of its lengths.
        if (!Varint.TryRead(record, ref position, out int count) || count < 0 || count > (record.Length - position) / 2)
        {
            throw new InvalidRecordException(
                $"a record states an impossible number of headers where {record.Length - position} bytes are left");
        }

        return count;
    }

    private void WalkHeaders()
    {
        var position = 0;
        for (var i = 0; i < HeaderCount; i++)
        {
            _ = RecordHeaderReader.Read(_headers, ref position);
        }

        if (position != _headers.Length)
        {
            throw new InvalidRecordException($"a record is {_headers.Length - position} bytes longer than its fields");
        }
    }
}
