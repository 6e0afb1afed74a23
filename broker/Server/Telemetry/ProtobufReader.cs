using System.Buffers.Binary;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Telemetry;

/// <summary>
/// Walks over the fields of one protobuf message. Lives for one walk. Whatever is not well-formed raises
/// <see cref="MalformedMessageException"/>.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private const int VarintBytesMax = 10;

    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>Number of the field that stands here.</summary>
    internal int Field { get; private set; }

    /// <summary>A number that is not a length: varint, fixed32 or fixed64.</summary>
    internal ulong Number { get; private set; }

    /// <summary>What a length-delimited field holds; empty for others.</summary>
    internal ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the field is a double or a fixed64.</summary>
    internal bool IsFixed64 { get; private set; }

    /// <summary>As a double.</summary>
    internal readonly double Double => BitConverter.UInt64BitsToDouble(Number);

    /// <summary>Moves to the next field; false at the end.</summary>
    internal bool Next()
    {
        if (_left.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Bytes = default;
        Number = 0;
        IsFixed64 = false;
        switch (tag & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                IsFixed64 = true;
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            default:
                throw new MalformedMessageException($"a protobuf field has wire type {tag & 7}; 0, 1, 2 and 5 are known");
        }

        return Field > 0 ? true : throw new MalformedMessageException("a protobuf field has number 0");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_left.Length)
        {
            throw new MalformedMessageException($"a protobuf field has {count} bytes; {_left.Length} are left");
        }

        var taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < VarintBytesMax && i < _left.Length; i++)
        {
            value |= (ulong)(_left[i] & 0x7F) << (7 * i);
            if (_left[i] < 0x80)
            {
                _left = _left[(i + 1)..];
                return value;
            }
        }

        throw new MalformedMessageException("a protobuf number is cut off or longer than 10 bytes");
    }
}
