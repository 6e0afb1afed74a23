using Deterministic.Protocol.Wire;
using Deterministic.Server.Transactions;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Transactions;

/// <summary>Records of <c>__transaction_state</c> as Kafka wrote them: read, and written again to the same bytes.</summary>
public class GoldenTransactionLogTests
{
    [Theory]
    [InlineData("transactions-tv0", 0)]
    [InlineData("transactions-tv2", 2)]
    public void Kafkas_records_are_read_and_written_to_the_same_bytes(string directory, short transactionVersion)
    {
        var states = new Dictionary<string, TransactionMetadata?>(StringComparer.Ordinal);
        var records = 0;
        foreach (var (file, batches) in GoldenLogs.Batches(directory).Where(pair => pair.Key.Contains("__transaction_state", StringComparison.Ordinal)))
        {
            foreach (var record in batches.SelectMany(batch => batch.GetProperty("records").EnumerateArray()))
            {
                var key = Convert.FromHexString(record.GetProperty("key").GetString()!);
                var value = record.GetProperty("value") is { ValueKind: System.Text.Json.JsonValueKind.String } text
                    ? new Blob(Convert.FromHexString(text.GetString()!))
                    : Blob.Null;
                var id = TransactionRecords.ReadKey(key)!.Value;
                var metadata = TransactionRecords.ReadValue(value);
                Assert.Equal(Convert.ToHexStringLower(key), Convert.ToHexStringLower(TransactionRecords.KeyOf(id).Bytes.Span));
                if (metadata is not null)
                {
                    var written = TransactionRecords.ValueOf(metadata, transactionVersion);
                    Assert.Equal($"{file} {Convert.ToHexStringLower(value.Bytes.Span)}", $"{file} {Convert.ToHexStringLower(written.Bytes.Span)}");
                }

                states[id.ToString()] = metadata;
                records++;
            }
        }

        Assert.True(records > 50, $"{records} records");
        Assert.Equal(TransactionState.Ongoing, states["tid-open"]!.State);
    }
}
