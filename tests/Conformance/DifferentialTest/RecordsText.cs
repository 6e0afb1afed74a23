using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using Deterministic.Protocol.Records;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>
/// Record batches as text: <c>hex:…</c>, or <c>batch:n=2,pid=$p,epoch=0,seq=0,…</c> (<c>+</c> between several). What is not
/// said stands at its usual value; <c>crc</c>, <c>length</c>, <c>count</c>, <c>last</c> make lies.
/// </summary>
internal static class RecordsText
{
    private const long Timestamp = 1_700_000_000_000;
    private const int HeaderBytes = 61;

    internal static byte[] Parse(string text, Func<string, JsonNode?> resolve)
    {
        var bytes = new ByteSink();
        foreach (var part in text.Split('+', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.Write(part.StartsWith("hex:", StringComparison.Ordinal) ? Convert.FromHexString(part[4..]) : Batch(part, resolve));
        }

        return bytes.ToArray();
    }

    /// <summary>What a fetch brought: the headers of its batches, and the bytes of their records.</summary>
    internal static JsonArray Describe(ReadOnlySpan<byte> bytes)
    {
        var batches = new JsonArray();
        while (bytes.Length >= HeaderBytes)
        {
            var size = Math.Min(bytes.Length, BinaryPrimitives.ReadInt32BigEndian(bytes[8..]) + 12);
            batches.Add(new JsonObject
            {
                ["baseOffset"] = BinaryPrimitives.ReadInt64BigEndian(bytes),
                ["size"] = size,
                ["magic"] = bytes[16],
                ["attributes"] = BinaryPrimitives.ReadInt16BigEndian(bytes[21..]),
                ["lastOffsetDelta"] = BinaryPrimitives.ReadInt32BigEndian(bytes[23..]),
                ["batchMaxTimestamp"] = BinaryPrimitives.ReadInt64BigEndian(bytes[35..]),
                ["producerId"] = BinaryPrimitives.ReadInt64BigEndian(bytes[43..]),
                ["producerEpoch"] = BinaryPrimitives.ReadInt16BigEndian(bytes[51..]),
                ["baseSequence"] = BinaryPrimitives.ReadInt32BigEndian(bytes[53..]),
                ["recordCount"] = BinaryPrimitives.ReadInt32BigEndian(bytes[57..]),
            });
            bytes = bytes[Math.Max(HeaderBytes, size)..];
        }

        return batches;
    }

    private static byte[] Batch(string part, Func<string, JsonNode?> resolve)
    {
        var said = part["batch:".Length..].Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        long Say(string key, long usual) => !said.TryGetValue(key, out var value) ? usual
            : value.StartsWith('$') ? Convert.ToInt64(resolve(value)!.ToString(), CultureInfo.InvariantCulture)
            : long.Parse(value, CultureInfo.InvariantCulture);
        var count = (int)Say("n", 1);
        var records = new ByteSink();
        for (var i = 0; i < count; i++)
        {
            var value = new byte[(int)Say("bytes", 5)];
            WriteRecord(records, i, (int)Say("nullkey", 0) == 1, value);
        }

        var batch = new byte[HeaderBytes + records.Length];
        var time = Say("ts", Timestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch, Say("base", 0));
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), (int)Say("length", batch.Length - 12));
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(12), (int)Say("leader", -1));
        batch[16] = (byte)Say("magic", 2);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(21), (short)Say("attr", 0));
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), (int)Say("last", count - 1));
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(27), time);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(35), Say("max", time));
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(43), Say("pid", -1));
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(51), (short)Say("epoch", -1));
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(53), (int)Say("seq", -1));
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), (int)Say("count", count));
        records.ToArray().CopyTo(batch, HeaderBytes);
        var crc = Crc32C.Compute(batch.AsSpan(21));
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), said.ContainsKey("crc") ? ~crc : crc);
        return batch[..^(int)Say("cut", 0)];
    }

    private static void WriteRecord(ByteSink records, int delta, bool hasNullKey, byte[] value)
    {
        var record = new ByteSink();
        record.WriteByte(0);
        Varint(record, 0);
        Varint(record, delta);
        Varint(record, hasNullKey ? -1 : 1);
        record.Write(hasNullKey ? [] : "k"u8);
        Varint(record, value.Length);
        record.Write(value);
        Varint(record, 0);
        Varint(records, record.Length);
        records.Write(record.ToArray());
    }

    private static void Varint(ByteSink bytes, int value)
    {
        var rest = (uint)((value << 1) ^ (value >> 31));
        for (; rest > 127; rest >>= 7)
        {
            bytes.WriteByte((byte)(rest | 128));
        }

        bytes.WriteByte((byte)rest);
    }
}
