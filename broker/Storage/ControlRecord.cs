using System.Buffers.Binary;
using Deterministic.Protocol.Records;

namespace Deterministic.Storage;

/// <summary>The end-of-transaction marker of a control batch (KIP-98): what storage must know of it.</summary>
internal readonly record struct ControlRecord(bool IsCommit, int CoordinatorEpoch)
{
    /// <summary>The most bytes of a control batch that are looked at.</summary>
    internal const int BytesMax = 512;

    private const short AbortType = 0;
    private const short CommitType = 1;

    /// <summary>Reads the first record of a control batch; false when it is no transaction marker.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> batch, out ControlRecord marker)
    {
        marker = default;
        var rest = batch[RecordBatchHeader.SizeBytes..];
        if (!TryVarint(ref rest, out _) || rest.Length < 1)
        {
            return false;
        }

        rest = rest[1..];
        if (!TryVarint(ref rest, out _) || !TryVarint(ref rest, out _)
            || !TryVarint(ref rest, out var keyBytes) || keyBytes < 4 || keyBytes > rest.Length)
        {
            return false;
        }

        var type = BinaryPrimitives.ReadInt16BigEndian(rest[2..]);
        rest = rest[(int)keyBytes..];
        if (type is not (AbortType or CommitType)
            || !TryVarint(ref rest, out var valueBytes) || valueBytes < 6 || valueBytes > rest.Length)
        {
            return false;
        }

        marker = new ControlRecord(type == CommitType, BinaryPrimitives.ReadInt32BigEndian(rest[2..]));
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out long value)
    {
        const int BytesMaxOfVarint = 10;
        ulong raw = 0;
        for (var i = 0; i < bytes.Length && i < BytesMaxOfVarint; i++)
        {
            raw |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                value = (long)(raw >> 1) ^ -(long)(raw & 1);
                return true;
            }
        }

        value = 0;
        return false;
    }
}
