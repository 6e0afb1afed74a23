using System.Buffers.Binary;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Records;

/// <summary>
/// Keys and values of control records. The key is a version and the type. The value of a transaction marker is a version
/// and the coordinator epoch; the other values are bodies alone, whose first field repeats the version.
/// </summary>
public static class ControlRecords
{
    private const int KeyBytes = 4;
    private const int MarkerPrefixBytes = 2;

    /// <summary>The key of a type.</summary>
    public static Blob KeyOf(ControlRecordType type)
    {
        var key = new byte[KeyBytes];
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(2), (short)type);
        return new Blob(key);
    }

    /// <summary>The type in the key of a control record; false when the key is too short. It may be a type of later versions.</summary>
    public static bool TryReadType(ReadOnlySpan<byte> key, out ControlRecordType type)
    {
        var isThere = key.Length >= KeyBytes;
        type = isThere ? (ControlRecordType)BinaryPrimitives.ReadInt16BigEndian(key[2..]) : default;
        return isThere;
    }

    /// <summary>The value of a transaction marker.</summary>
    public static Blob MarkerOf(int coordinatorEpoch)
    {
        var marker = new EndTxnMarker { CoordinatorEpoch = coordinatorEpoch };
        return new Blob(StoredCodec.Encode(ref marker, version: 0, MarkerPrefixBytes));
    }

    /// <summary>Reads the coordinator epoch of a transaction marker.</summary>
    /// <exception cref="InvalidRecordException">The value is too short or has a negative version.</exception>
    public static int ReadCoordinatorEpoch(ReadOnlySpan<byte> value)
    {
        // Later versions may only add to the end.
        if (value.Length < MarkerPrefixBytes + sizeof(int) || BinaryPrimitives.ReadInt16BigEndian(value) < 0)
        {
            throw new InvalidRecordException($"a transaction marker of {value.Length} bytes has no coordinator epoch");
        }

        return BinaryPrimitives.ReadInt32BigEndian(value[MarkerPrefixBytes..]);
    }

    /// <summary>The value of any other control record.</summary>
    public static Blob ValueOf<T>(ref T body, short version)
        where T : struct, IStoredMessage => new(StoredCodec.Encode(ref body, version));

    /// <summary>Reads the value of any other control record.</summary>
    /// <exception cref="MalformedMessageException">The version is unknown or the bytes are not that message.</exception>
    public static T ReadValue<T>(ReadOnlyMemory<byte> value)
        where T : struct, IStoredMessage => value.Length >= sizeof(short)
        ? StoredCodec.Decode<T>(value, BinaryPrimitives.ReadInt16BigEndian(value.Span))
        : throw new MalformedMessageException($"a {typeof(T).Name} of {value.Length} bytes has no version");

    /// <summary>A batch with one transaction marker, as a coordinator has it written to a partition.</summary>
    public static void BuildMarker(
        RecordBatchBuilder builder, ControlRecordType type, long producerId, short producerEpoch, int coordinatorEpoch, long timestampMs)
    {
        Kernel.Check.That(type is ControlRecordType.Abort or ControlRecordType.Commit, $"{type} is no transaction marker");
        builder.Begin(new BatchOptions
        {
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
            IsTransactional = true,
            IsControl = true,
        });
        builder.Append(timestampMs, KeyOf(type), MarkerOf(coordinatorEpoch));
    }
}
