using System.Globalization;
using System.Text;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>Makes records out of their plan and a stamp, and reads the stamp again. Stateless.</summary>
internal static class StampedRecords
{
    /// <summary>The key of the header that holds the stamp of a record without value.</summary>
    private static readonly byte[] s_stampHeader = "stamp"u8.ToArray();

    /// <summary>Appends a record to a batch.</summary>
    internal static void Append(RecordBatchBuilder builder, PlannedRecord plan, in RecordStamp stamp)
    {
        var key = plan.Key is { } number ? new Blob(Encoding.UTF8.GetBytes(KeyOf(number))) : Blob.Null;
        var headers = new RecordHeader[plan.Headers + (plan.ValueBytes is null ? 1 : 0)];
        var hash = RecordStamp.Hash(plan.Key is null ? 1u : 2u, key.Bytes.Span);
        for (var i = 0; i < plan.Headers; i++)
        {
            var value = i % 3 == 0 ? Blob.Null : new Blob(BitConverter.GetBytes(stamp.Value + i));
            headers[i] = new RecordHeader(new Text(i % 2 == 0 ? ReadOnlyMemory<byte>.Empty : "h"u8.ToArray()), value);
            hash = RecordStamp.Hash(RecordStamp.Hash(hash, headers[i].Key.Utf8.Span), value.Bytes.Span);
        }

        if (plan.ValueBytes is { } fillerBytes)
        {
            var value = new byte[RecordStamp.SizeBytes + fillerBytes];
            Fill(value.AsSpan(RecordStamp.SizeBytes), plan.IsIncompressible, (ulong)stamp.Value);
            stamp.Write(value, RecordStamp.Hash(hash, value.AsSpan(RecordStamp.SizeBytes)));
            builder.Append(stamp.TimestampMs, key, new Blob(value), headers);
        }
        else
        {
            var bytes = new byte[RecordStamp.SizeBytes];
            stamp.Write(bytes, hash);
            headers[^1] = new RecordHeader(new Text(s_stampHeader), new Blob(bytes));
            builder.Append(stamp.TimestampMs, key, Blob.Null, headers);
        }
    }

    /// <summary>The stamp of a record; false when the record is not as it was sent.</summary>
    internal static bool TryRead(in RecordView record, out RecordStamp stamp)
    {
        var hash = RecordStamp.Hash(record.IsKeyNull ? 1u : 2u, record.Key);
        ReadOnlySpan<byte> stampBytes = default;
        foreach (var header in record.Headers)
        {
            if (header.Key.SequenceEqual(s_stampHeader))
            {
                stampBytes = header.Value;
            }
            else
            {
                hash = RecordStamp.Hash(RecordStamp.Hash(hash, header.Key), header.Value);
            }
        }

        if (!record.IsValueNull)
        {
            if (record.Value.Length < RecordStamp.SizeBytes)
            {
                stamp = default;
                return false;
            }

            stampBytes = record.Value;
            hash = RecordStamp.Hash(hash, record.Value[RecordStamp.SizeBytes..]);
        }

        return RecordStamp.TryRead(stampBytes, hash, out stamp);
    }

    /// <summary>The key with a number.</summary>
    internal static string KeyOf(int number) => "key-" + number.ToString(CultureInfo.InvariantCulture);

    private static void Fill(Span<byte> bytes, bool isIncompressible, ulong seed)
    {
        if (!isIncompressible)
        {
            bytes.Fill((byte)seed);
            return;
        }

        var state = seed;
        for (var i = 0; i < bytes.Length; i += 8)
        {
            state = SeededChooser.Mix(state + 0x9E3779B97F4A7C15UL);
            for (var j = i; j < Math.Min(bytes.Length, i + 8); j++)
            {
                bytes[j] = (byte)(state >> (8 * (j - i)));
            }
        }
    }
}
