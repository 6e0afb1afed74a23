using Deterministic.Protocol;
using Deterministic.Protocol.Records;
using Deterministic.Simulator.Clients;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Tests.Clients;

public sealed class StampedRecordsTests
{
    private static readonly RecordStamp s_stamp = new(77, 3, 2, new Uuid(1, 2), 1_795_420_000_000, IsSentByName: true);

    public static TheoryData<int?, int?, int> Shapes => new()
    {
        { 1, 0, 0 }, { null, 100, 3 }, { 1, null, 0 }, { null, null, 4 }, { 5, 7, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_record_tells_what_it_is(int? key, int? valueBytes, int headers)
    {
        Assert.True(TryRead(Batch(key, valueBytes, headers), out var stamp));
        Assert.Equal(s_stamp, stamp);
    }

    /// <summary>Every byte of key, value and headers counts.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_record_that_was_changed_is_found_out(int? key, int? valueBytes, int headers)
    {
        var batch = Batch(key, valueBytes, headers);
        for (var i = RecordBatchHeader.SizeBytes + 4; i < batch.Length; i++)
        {
            var changed = (byte[])batch.Clone();
            changed[i] ^= 0x10;
            Assert.False(TryRead(changed, out var stamp) && stamp == s_stamp && !IsSame(batch, changed), $"byte {i} does not count");
        }
    }

    // A change of a length or delta that makes another record out of the same key, value and headers cannot be told by content.
    private static bool IsSame(byte[] batch, byte[] changed) => Text(batch) == Text(changed);

    private static string Text(byte[] batch)
    {
        foreach (var record in new RecordBatchView(batch).Records)
        {
            var headers = "";
            foreach (var header in record.Headers)
            {
                headers += $"{Convert.ToHexString(header.Key)}={Convert.ToHexString(header.Value)};";
            }

            return $"{record.IsKeyNull}{Convert.ToHexString(record.Key)}|{record.IsValueNull}{Convert.ToHexString(record.Value)}|{headers}";
        }

        return "";
    }

    private static byte[] Batch(int? key, int? valueBytes, int headers)
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions());
        StampedRecords.Append(builder, new PlannedRecord { Key = key, ValueBytes = valueBytes, Headers = headers }, s_stamp);
        return builder.BuildArray();
    }

    private static bool TryRead(byte[] batch, out RecordStamp stamp)
    {
        stamp = default;
        try
        {
            foreach (var record in new RecordBatchView(batch).Records)
            {
                return StampedRecords.TryRead(record, out stamp);
            }
        }
        catch (InvalidRecordException)
        {
            // Found out earlier.
        }

        return false;
    }
}
