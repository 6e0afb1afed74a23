using System.Buffers.Binary;

namespace Deterministic.Protocol.Wire;

/// <summary>
/// Reads a message from bytes that it does not copy. Every length is checked against what is left before anything is
/// allocated. Lives for one message.
/// </summary>
/// <exception cref="MalformedMessageException">From every method: the bytes end early or state an impossible length.</exception>
public ref struct WireReader : IWire
{
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isFlexible;
    private int _position;

    /// <summary>A reader at the start of <paramref name="bytes"/>.</summary>
    public WireReader(ReadOnlyMemory<byte> bytes, short version, bool isFlexible)
    {
        _memory = bytes;
        _bytes = bytes.Span;
        _isFlexible = isFlexible;
        Version = version;
    }

    /// <inheritdoc/>
    public short Version { get; }

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <inheritdoc/>
    public readonly bool Has(short since, short until = short.MaxValue) => Version >= since && Version <= until;

    /// <inheritdoc/>
    public void Bool(ref bool value, string name = "") => value = Take(1, name)[0] != 0;

    /// <inheritdoc/>
    public void Int8(ref sbyte value, string name = "") => value = (sbyte)Take(1, name)[0];

    /// <inheritdoc/>
    public void Int16(ref short value, string name = "") => value = BinaryPrimitives.ReadInt16BigEndian(Take(2, name));

    /// <inheritdoc/>
    public void UInt16(ref ushort value, string name = "") => value = BinaryPrimitives.ReadUInt16BigEndian(Take(2, name));

    /// <inheritdoc/>
    public void Int32(ref int value, string name = "") => value = BinaryPrimitives.ReadInt32BigEndian(Take(4, name));

    /// <inheritdoc/>
    public void Int64(ref long value, string name = "") => value = BinaryPrimitives.ReadInt64BigEndian(Take(8, name));

    /// <inheritdoc/>
    public void Float64(ref double value, string name = "") => value = BinaryPrimitives.ReadDoubleBigEndian(Take(8, name));

    /// <inheritdoc/>
    public void Uuid(ref Uuid value, string name = "") => value = Protocol.Uuid.Read(Take(Protocol.Uuid.SizeBytes, name));

    /// <inheritdoc/>
    public void String(ref Text value, short nullableSince = IWire.Never, string name = "")
    {
        var length = _isFlexible ? ReadCompactLength(name) : ReadInt16(name);
        value = TrySlice(length, nullableSince, name, out var slice) ? new Text(slice) : Text.Null;
    }

    /// <inheritdoc/>
    public void ClassicString(ref Text value, short nullableSince = IWire.Never, string name = "") =>
        value = TrySlice(ReadInt16(name), nullableSince, name, out var slice) ? new Text(slice) : Text.Null;

    /// <inheritdoc/>
    public void Bytes(ref Blob value, short nullableSince = IWire.Never, string name = "") =>
        value = TrySlice(ReadLength(name), nullableSince, name, out var slice) ? new Blob(slice) : Blob.Null;

    /// <inheritdoc/>
    public void Records(ref RecordData value, short nullableSince = IWire.Never, string name = "") =>
        value = TrySlice(ReadLength(name), nullableSince, name, out var slice) ? new RecordData(slice) : RecordData.Null;

    /// <inheritdoc/>
    public void Struct<T>(ref T value, string name = "")
        where T : struct, IMessage => value.Walk(ref this);

    /// <inheritdoc/>
    public void TaggedStruct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        value = default;
        if (Take(1, name)[0] != 0)
        {
            value = new T();
            value.Value.Walk(ref this);
        }
        else if (Version < nullableSince)
        {
            throw new MalformedMessageException($"{name} must not be null in version {Version}");
        }
    }

    /// <inheritdoc/>
    public void Struct<T>(ref Optional<T> value, short nullableSince, string name = "")
        where T : struct, IMessage
    {
        value = default;
        if ((sbyte)Take(1, name)[0] >= 0)
        {
            value = new T();
            value.Value.Walk(ref this);
        }
        else if (Version < nullableSince)
        {
            throw new MalformedMessageException($"{name} must not be null in version {Version}");
        }
    }

    /// <inheritdoc/>
    public void Array<T>(ref Seq<T> value, short nullableSince = IWire.Never, string name = "")
        where T : struct, IMessage
    {
        // Storage grows with what was really read, so a lying count allocates nothing.
        var count = BeginArray(ref value, 1, nullableSince, name);
        for (var i = 0; i < count; i++)
        {
            ref var item = ref value.AddSlot();
            MessageReuse.Renew(ref item);
            item.Walk(ref this);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<sbyte> value, short nullableSince = IWire.Never, string name = "")
    {
        for (var count = BeginArray(ref value, 1, nullableSince, name); count > 0; count--)
        {
            value.Add((sbyte)Take(1, name)[0]);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<short> value, short nullableSince = IWire.Never, string name = "")
    {
        for (var count = BeginArray(ref value, 2, nullableSince, name); count > 0; count--)
        {
            value.Add(ReadInt16(name));
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<int> value, short nullableSince = IWire.Never, string name = "")
    {
        for (var count = BeginArray(ref value, 4, nullableSince, name); count > 0; count--)
        {
            value.Add(BinaryPrimitives.ReadInt32BigEndian(Take(4, name)));
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<long> value, short nullableSince = IWire.Never, string name = "")
    {
        for (var count = BeginArray(ref value, 8, nullableSince, name); count > 0; count--)
        {
            value.Add(BinaryPrimitives.ReadInt64BigEndian(Take(8, name)));
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<Text> value, short nullableSince = IWire.Never, string name = "")
    {
        for (var count = BeginArray(ref value, _isFlexible ? 1 : 2, nullableSince, name); count > 0; count--)
        {
            Text item = default;
            String(ref item, IWire.Never, name);
            value.Add(item);
        }
    }

    /// <inheritdoc/>
    public void Array(ref Seq<Uuid> value, short nullableSince = IWire.Never, string name = "")
    {
        for (var count = BeginArray(ref value, Protocol.Uuid.SizeBytes, nullableSince, name); count > 0; count--)
        {
            value.Add(Protocol.Uuid.Read(Take(Protocol.Uuid.SizeBytes, name)));
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

        for (var count = ReadUnsignedVarint("tag count"); count > 0; count--)
        {
            var tag = (int)ReadUnsignedVarint("tag");
            var size = ReadUnsignedVarint("tag size");
            if (size > (uint)Remaining)
            {
                throw new MalformedMessageException($"tag {tag} states {size} bytes where {Remaining} are left");
            }

            ReadTag(ref self, tag, (int)size);
        }
    }

    private void ReadTag<T>(ref T self, int tag, int size)
        where T : struct, IMessage
    {
        var end = _position + size;
        if (tag >= 0 && tag < TagSection.TagsOf<T>() && self.HasTag(tag, Version))
        {
            self.WalkTag(ref this, tag);
        }
        else
        {
            self.UnknownTags ??= new UnknownTags();
            self.UnknownTags.Fields.Add((tag, _memory.Slice(_position, size)));
            _position = end;
        }

        if (_position != end)
        {
            throw new MalformedMessageException($"tag {tag} of {typeof(T).Name} states {size} bytes but holds {size + _position - end}");
        }
    }

    private int BeginArray<T>(ref Seq<T> value, int elementBytesMin, short nullableSince, string name)
    {
        var count = ReadLength(name);
        value.Clear();
        if (count < 0)
        {
            value.ClearToNull();
            return Version >= nullableSince ? 0 : throw new MalformedMessageException($"{name} must not be null in version {Version}");
        }

        return (long)count * elementBytesMin <= Remaining
            ? count
            : throw new MalformedMessageException($"{name} states {count} elements where {Remaining} bytes are left");
    }

    private bool TrySlice(int length, short nullableSince, string name, out ReadOnlyMemory<byte> slice)
    {
        slice = default;
        if (length < 0)
        {
            return Version >= nullableSince ? false : throw new MalformedMessageException($"{name} must not be null in version {Version}");
        }

        _ = Take(length, name);
        slice = _memory.Slice(_position - length, length);
        return true;
    }

    private int ReadLength(string name) =>
        _isFlexible ? ReadCompactLength(name) : BinaryPrimitives.ReadInt32BigEndian(Take(4, name));

    private short ReadInt16(string name) => BinaryPrimitives.ReadInt16BigEndian(Take(2, name));

    private int ReadCompactLength(string name)
    {
        var plusOne = ReadUnsignedVarint(name);
        return plusOne <= int.MaxValue
            ? (int)plusOne - 1
            : throw new MalformedMessageException($"{name} states an impossible length");
    }

    private uint ReadUnsignedVarint(string name)
    {
        var value = 0u;
        for (var shift = 0; shift <= 28; shift += 7)
        {
            var b = Take(1, name)[0];
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new MalformedMessageException($"{name}: a variable-length number is longer than five bytes");
    }

    private ReadOnlySpan<byte> Take(int count, string name)
    {
        if (count > Remaining)
        {
            throw new MalformedMessageException($"{name} needs {count} bytes where {Remaining} are left");
        }

        var taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }
}
