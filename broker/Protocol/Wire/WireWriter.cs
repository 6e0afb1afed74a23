using System.Buffers.Binary;

namespace Deterministic.Protocol.Wire;

/// <summary>
/// Writes a message into a buffer that <see cref="WireSizer"/> found to be large enough. Record batches that stand in
/// files are not copied: their place is noted in <c>gaps</c>. Lives for one message.
/// </summary>
public ref struct WireWriter : IWire
{
    private readonly Span<byte> _bytes;
    private readonly bool _isFlexible;
    private readonly IList<RecordGap>? _gaps;
    private int _position;

    /// <summary>A writer at the start of <paramref name="bytes"/>.</summary>
    public WireWriter(Span<byte> bytes, short version, bool isFlexible, IList<RecordGap>? gaps = null)
    {
        _bytes = bytes;
        _isFlexible = isFlexible;
        _gaps = gaps;
        Version = version;
    }

    /// <inheritdoc/>
    public short Version { get; }

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => _position;

    /// <inheritdoc/>
    public readonly bool Has(short since, short until = short.MaxValue) => Version >= since && Version <= until;

    /// <inheritdoc/>
    public void Bool(ref bool value, string name = "") => Next(1)[0] = value ? (byte)1 : (byte)0;

    /// <inheritdoc/>
    public void Int8(ref sbyte value, string name = "") => Next(1)[0] = (byte)value;

    /// <inheritdoc/>
    public void Int16(ref short value, string name = "") => BinaryPrimitives.WriteInt16BigEndian(Next(2), value);

    /// <inheritdoc/>
    public void UInt16(ref ushort value, string name = "") => BinaryPrimitives.WriteUInt16BigEndian(Next(2), value);

    /// <inheritdoc/>
    public void Int32(ref int value, string name = "") => BinaryPrimitives.WriteInt32BigEndian(Next(4), value);

    /// <inheritdoc/>
    public void Int64(ref long value, string name = "") => BinaryPrimitives.WriteInt64BigEndian(Next(8), value);

    /// <inheritdoc/>
    public void Float64(ref double value, string name = "") => BinaryPrimitives.WriteDoubleBigEndian(Next(8), value);

    /// <inheritdoc/>
    public void Uuid(ref Uuid value, string name = "") => value.Write(Next(Protocol.Uuid.SizeBytes));

    /// <inheritdoc/>
    public void String(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
        MayBeNull(value.IsNull, nullableSince, name);
        if (_isFlexible)
        {
            WriteUnsignedVarint(value.IsNull ? 0u : (uint)value.Utf8.Length + 1);
            Write(value.Utf8.Span);
        }
        else
        {
            WriteClassic(value);
        }
    }

    /// <inheritdoc/>
    public void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
        MayBeNull(value.IsNull, nullableSince, name);
        WriteClassic(value);
    }

    /// <inheritdoc/>
    public void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "")
    {
        MayBeNull(value.IsNull, nullableSince, name);
        WriteLength(value.IsNull ? -1 : value.Bytes.Length);
        Write(value.Bytes.Span);
    }

    /// <inheritdoc/>
    public void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "")
    {
        MayBeNull(value.IsNull, nullableSince, name);
        WriteLength(value.IsNull ? -1 : value.SizeBytes);
        Write(value.Bytes.Span);
        if (!value.Ranges.IsEmpty)
        {
            Kernel.Check.That(_gaps is not null, $"{name}: record batches in files, and nowhere to note them");
            _gaps.Add(new RecordGap(_position, value.Ranges));
        }
    }

    /// <inheritdoc/>
    public void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage => value.Walk(ref this);

    /// <inheritdoc/>
    public void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        MayBeNull(!value.HasValue, nullableSince, name);
        Next(1)[0] = value.HasValue ? (byte)1 : (byte)0;
        if (value.HasValue)
        {
            value.Value.Walk(ref this);
        }
    }

    /// <inheritdoc/>
    public void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        MayBeNull(!value.HasValue, nullableSince, name);
        Next(1)[0] = value.HasValue ? (byte)1 : (byte)0xff;
        if (value.HasValue)
        {
            value.Value.Walk(ref this);
        }
    }

    /// <inheritdoc/>
    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage
    {
        BeginArray(in value, nullableSince, name);
        foreach (ref var item in value)
        {
            item.Walk(ref this);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "")
    {
        BeginArray(in value, nullableSince, name);
        foreach (ref var item in value)
        {
            Int8(ref item);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "")
    {
        BeginArray(in value, nullableSince, name);
        foreach (ref var item in value)
        {
            Int16(ref item);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "")
    {
        BeginArray(in value, nullableSince, name);
        foreach (ref var item in value)
        {
            Int32(ref item);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "")
    {
        BeginArray(in value, nullableSince, name);
        foreach (ref var item in value)
        {
            Int64(ref item);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "")
    {
        BeginArray(in value, nullableSince, name);
        foreach (ref var item in value)
        {
            String(ref item);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "")
    {
        BeginArray(in value, nullableSince, name);
        foreach (ref var item in value)
        {
            Uuid(ref item);
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
        var nextUnknown = 0;
        WriteUnsignedVarint((uint)(TagSection.CountOf(ref self, Version) + (unknown?.Count ?? 0)));
        for (var tag = 0; tag < TagSection.TagsOf<T>(); tag++)
        {
            for (; unknown is not null && nextUnknown < unknown.Count && unknown[nextUnknown].Tag < tag; nextUnknown++)
            {
                WriteRawTag(unknown[nextUnknown]);
            }

            if (self.HasTag(tag, Version) && !self.IsTagDefault(tag))
            {
                WriteUnsignedVarint((uint)tag);
                WriteUnsignedVarint((uint)TagSection.SizeOf(ref self, tag, Version));
                self.WalkTag(ref this, tag);
            }
        }

        for (; unknown is not null && nextUnknown < unknown.Count; nextUnknown++)
        {
            WriteRawTag(unknown[nextUnknown]);
        }
    }

    private void WriteRawTag((int Tag, ReadOnlyMemory<byte> Bytes) field)
    {
        WriteUnsignedVarint((uint)field.Tag);
        WriteUnsignedVarint((uint)field.Bytes.Length);
        Write(field.Bytes.Span);
    }

    private void BeginArray<T>(in Seq<T> value, short nullableSince, string name)
    {
        MayBeNull(value.IsNull, nullableSince, name);
        WriteLength(value.IsNull ? -1 : value.Count);
    }

    private readonly void MayBeNull(bool isNull, short nullableSince, string name) =>
        Kernel.Check.That(!isNull || Version >= nullableSince, $"{name} is null in version {Version}, which has no null there");

    private void WriteClassic(Text value)
    {
        Kernel.Check.That(value.Utf8.Length <= short.MaxValue, $"a string of {value.Utf8.Length} bytes does not fit its length");
        BinaryPrimitives.WriteInt16BigEndian(Next(2), value.IsNull ? (short)-1 : (short)value.Utf8.Length);
        Write(value.Utf8.Span);
    }

    private void WriteLength(int length)
    {
        if (_isFlexible)
        {
            WriteUnsignedVarint((uint)(length + 1));
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(Next(4), length);
        }
    }

    private void WriteUnsignedVarint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Next(1)[0] = (byte)(value | 0x80);
        }

        Next(1)[0] = (byte)value;
    }

    private void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Next(bytes.Length));

    private Span<byte> Next(int count)
    {
        var next = _bytes.Slice(_position, count);
        _position += count;
        return next;
    }
}
