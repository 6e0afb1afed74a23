using System.Numerics;

namespace Deterministic.Protocol.Wire;

/// <summary>
/// Counts the bytes that <see cref="WireWriter"/> will write, and finds what cannot be written
/// (<see cref="UnwritableMessageException"/>). Lives for one message.
/// </summary>
public ref struct WireSizer : IWire
{
    private readonly bool _isFlexible;
    private readonly Span<long> _errors;
    private long _sizeBytes;

    /// <summary>A sizer at zero.</summary>
    public WireSizer(short version, bool isFlexible)
        : this(version, isFlexible, [])
    {
    }

    /// <summary>A sizer that also counts error codes: code c at c + 1, those that have no room at 0 (UNKNOWN_SERVER_ERROR).</summary>
    public WireSizer(short version, bool isFlexible, Span<long> errors)
    {
        Version = version;
        _isFlexible = isFlexible;
        _errors = errors;
    }

    /// <inheritdoc/>
    public short Version { get; }

    /// <summary>Bytes in memory so far.</summary>
    public readonly int SizeBytes => _sizeBytes <= int.MaxValue
        ? (int)_sizeBytes
        : throw new UnwritableMessageException($"{_sizeBytes} bytes; a message has at most {int.MaxValue}");

    /// <summary>Bytes of record batches in files so far.</summary>
    public long FileBytes { get; private set; }

    /// <summary>Bytes of an unsigned variable-length number.</summary>
    public static int UnsignedVarintBytes(uint value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <inheritdoc/>
    public readonly bool Has(short since, short until = short.MaxValue) => Version >= since && Version <= until;

    /// <inheritdoc/>
    public void Bool(ref bool value, string name = "") => _sizeBytes += 1;

    /// <inheritdoc/>
    public void Int8(ref sbyte value, string name = "") => _sizeBytes += 1;

    /// <inheritdoc/>
    public void Int16(ref short value, string name = "")
    {
        _sizeBytes += 2;
        if (_errors.Length > 0 && name is "ErrorCode" or "PartitionErrorCode")
        {
            CountError(value);
        }
    }

    /// <inheritdoc/>
    public void UInt16(ref ushort value, string name = "") => _sizeBytes += 2;

    /// <inheritdoc/>
    public void Int32(ref int value, string name = "") => _sizeBytes += 4;

    /// <inheritdoc/>
    public void Int64(ref long value, string name = "") => _sizeBytes += 8;

    /// <inheritdoc/>
    public void Float64(ref double value, string name = "") => _sizeBytes += 8;

    /// <inheritdoc/>
    public void Uuid(ref Uuid value, string name = "") => _sizeBytes += Protocol.Uuid.SizeBytes;

    /// <inheritdoc/>
    public void String(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
        if (!_isFlexible)
        {
            ClassicString(ref value, nullableSince, name);
            return;
        }

        MayBeNull(value.IsNull, nullableSince, name);
        _sizeBytes += CompactLengthBytes(value.IsNull, value.Utf8.Length) + value.Utf8.Length;
    }

    /// <inheritdoc/>
    public void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
        MayBeNull(value.IsNull, nullableSince, name);
        if (value.Utf8.Length > short.MaxValue)
        {
            throw new UnwritableMessageException(
                $"{name} has {value.Utf8.Length} bytes; version {Version} carries at most {short.MaxValue}");
        }

        _sizeBytes += 2 + value.Utf8.Length;
    }

    /// <inheritdoc/>
    public void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "") =>
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.Bytes.Length, nullableSince, name) + value.Bytes.Length;

    /// <inheritdoc/>
    public void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "")
    {
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.SizeBytes, nullableSince, name) + value.Bytes.Length;
        FileBytes += value.SizeBytes - value.Bytes.Length;
    }

    /// <inheritdoc/>
    public void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage => value.Walk(ref this);

    /// <inheritdoc/>
    public void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage => Struct(ref value, nullableSince, name);

    /// <inheritdoc/>
    public void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        MayBeNull(!value.HasValue, nullableSince, name);
        _sizeBytes++;
        if (value.HasValue)
        {
            value.Value.Walk(ref this);
        }
    }

    /// <inheritdoc/>
    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage
    {
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.Count, nullableSince, name);
        foreach (ref var item in value)
        {
            item.Walk(ref this);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "") =>
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.Count, nullableSince, name) + ((long)value.Count * 1);

    /// <inheritdoc/>
    public void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "") =>
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.Count, nullableSince, name) + ((long)value.Count * 2);

    /// <inheritdoc/>
    public void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "") =>
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.Count, nullableSince, name) + ((long)value.Count * 4);

    /// <inheritdoc/>
    public void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "") =>
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.Count, nullableSince, name) + ((long)value.Count * 8);

    /// <inheritdoc/>
    public void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "") =>
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.Count, nullableSince, name) + ((long)value.Count * Protocol.Uuid.SizeBytes);

    /// <inheritdoc/>
    public void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "")
    {
        _sizeBytes += ArrayLengthBytes(value.IsNull, value.Count, nullableSince, name);
        foreach (ref var item in value)
        {
            String(ref item);
        }
    }

    /// <inheritdoc/>
    public void Tags<T>(ref T self)
        where T : struct, IMessage
    {
        if (!_isFlexible)
        {
            return;
        }

        var unknown = self.UnknownTags?.Fields;
        _sizeBytes += UnsignedVarintBytes((uint)(TagSection.CountOf(ref self, Version) + (unknown?.Count ?? 0)));
        for (var tag = 0; tag < TagSection.TagsOf<T>(); tag++)
        {
            if (self.HasTag(tag, Version) && !self.IsTagDefault(tag))
            {
                AddTag(tag, TagSection.SizeOf(ref self, tag, Version));
            }
        }

        for (var i = 0; unknown is not null && i < unknown.Count; i++)
        {
            AddTag(unknown[i].Tag, unknown[i].Bytes.Length);
        }
    }

    private readonly void CountError(short code)
    {
        var index = code + 1;
        _errors[index >= 0 && index < _errors.Length ? index : 0]++;
    }

    private readonly void MayBeNull(bool isNull, short nullableSince, string name)
    {
        if (isNull && Version < nullableSince)
        {
            throw new UnwritableMessageException($"{name} is null in version {Version}, which has no null there");
        }
    }

    private void AddTag(int tag, int sizeBytes) =>
        _sizeBytes += UnsignedVarintBytes((uint)tag) + UnsignedVarintBytes((uint)sizeBytes) + sizeBytes;

    private readonly int ArrayLengthBytes(bool isNull, int length, short nullableSince, string name)
    {
        MayBeNull(isNull, nullableSince, name);
        return _isFlexible ? CompactLengthBytes(isNull, length) : 4;
    }

    private static int CompactLengthBytes(bool isNull, int length) => isNull ? 1 : UnsignedVarintBytes((uint)length + 1);
}
