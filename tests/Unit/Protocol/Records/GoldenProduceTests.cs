using System.Text.Json;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Stored.Headers;
using Deterministic.Protocol.Wire;
using Deterministic.Tests.Shared;

namespace Deterministic.Protocol.Tests.Records;

/// <summary>Produce requests, most of them bad, and what Kafka answered.</summary>
public class GoldenProduceTests
{
    private const long RecordedAtMs = 1_795_436_407_383;

    // Kafka answers UNKNOWN_SERVER_ERROR (or nothing at all) where it stumbles. Producers cannot make sense of that, so
    // here the batch is refused for what is wrong with it. None of these is an error that a producer would try again.
    private static readonly Dictionary<string, ErrorCode> s_better = new(StringComparer.Ordinal)
    {
        ["produce/batch/length-max"] = ErrorCode.InvalidRecord,
        ["produce/batch/null"] = ErrorCode.InvalidRecord,
        ["produce/batch/varint-too-long"] = ErrorCode.InvalidRecord,
        ["produce/batch/codec-5"] = ErrorCode.UnsupportedCompressionType,
        ["produce/batch/codec-7"] = ErrorCode.UnsupportedCompressionType,
        ["produce/batch/gzip-garbage"] = ErrorCode.InvalidRecord,
        ["produce/batch/gzip-cut"] = ErrorCode.InvalidRecord,
        ["produce/batch/gzip-empty-payload"] = ErrorCode.InvalidRecord,
        ["produce/batch/snappy-garbage"] = ErrorCode.InvalidRecord,
        ["produce/batch/lz4-garbage"] = ErrorCode.InvalidRecord,
        ["produce/batch/zstd-garbage"] = ErrorCode.InvalidRecord,
    };

    // What does not depend on the batch: the partition, the producer's state, the transaction.
    private static readonly short[] s_othersBusiness = [3, 17, 21, 45, 47, 100];

    private readonly BufferPool _pool = new();

    [Fact]
    public void Every_recorded_produce_request_gets_kafkas_error_code()
    {
        using var codecs = new BatchCodecs(_pool);
        var validator = new BatchValidator(codecs);
        var compared = 0;
        foreach (var line in Golden.Lines("Protocol/produce-cases.jsonl.gz"))
        {
            using var document = JsonDocument.Parse(line);
            compared += Compare(document.RootElement, validator);
        }

        Assert.True(compared > 120, $"only {compared} partitions were compared");
        Assert.Equal(0, _pool.RentedBytes);
    }

    private static int Compare(JsonElement step, BatchValidator validator)
    {
        var name = step.GetProperty("name").GetString()!;
        var isAnswered = step.GetProperty("decoded").ValueKind == JsonValueKind.Object;
        if (!isAnswered && !s_better.ContainsKey(name))
        {
            return 0;
        }

        var request = Parse(Convert.FromHexString(step.GetProperty("sent").GetString()!), out var version);
        var compared = 0;
        for (var t = 0; t < request.TopicData.Count; t++)
        {
            var topic = request.TopicData[t];
            for (var p = 0; p < topic.PartitionData.Count; p++)
            {
                var expected = isAnswered ? Answer(step, t, topic.PartitionData[p].Index) : default;
                compared += Compare(name, version, topic.Name.ToString(), topic.PartitionData[p], expected, validator);
            }
        }

        return compared;
    }

    private static int Compare(
        string name, short version, string topic, ProduceRequest.PartitionProduceData partition, JsonElement answer, BatchValidator validator)
    {
        var code = answer.ValueKind == JsonValueKind.Object ? answer.GetProperty("errorCode").GetInt16() : (short)-1;
        if (s_othersBusiness.Contains(code))
        {
            return 0;
        }

        var records = partition.Records.Bytes.ToArray();
        var result = validator.Validate(records, RulesOf(topic), new TopicPartition(topic, partition.Index), RecordedAtMs, version);
        if (code == (short)ErrorCode.TransactionalIdAuthorizationFailed)
        {
            Assert.True(BatchValidator.IsTransactional(records), name);
            return 1;
        }

        var expected = s_better.GetValueOrDefault(name, (ErrorCode)code);
        Assert.True(expected == result.Error, $"{name}: {result.Error} ({result.ErrorMessage}) instead of {expected}");
        Assert.True(result.IsValid == result.ErrorMessage is null, name);
        CompareRecordErrors(name, answer, result);
        if (result.IsValid)
        {
            Assert.True(new RecordBatchView(result.Batch.Span).IsCrcValid, name);
            Assert.False(result.Header.Attributes.IsLogAppendTime && topic != "e-append", name);
        }

        result.Release();
        return 1;
    }

    private static void CompareRecordErrors(string name, JsonElement answer, in BatchValidation result)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("recordErrors", out var errors) || errors.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        Assert.Equal(errors.GetArrayLength(), result.RecordErrors.Count);
        for (var i = 0; i < errors.GetArrayLength(); i++)
        {
            Assert.Equal(errors[i].GetProperty("batchIndex").GetInt32(), result.RecordErrors[i].BatchIndex);

            // The range depends on the time; what stands before it does not.
            var message = errors[i].GetProperty("batchIndexErrorMessage").GetString()!.Split('[')[0];
            Assert.StartsWith(message, result.RecordErrors[i].Message, StringComparison.Ordinal);
            Assert.Equal(answer.GetProperty("errorMessage").GetString(), result.ErrorMessage);
        }

        Assert.True(errors.GetArrayLength() == 0 || result.Error != ErrorCode.None, name);
    }

    private static JsonElement Answer(JsonElement step, int topic, int partition) =>
        step.GetProperty("decoded").GetProperty("responses")[topic].GetProperty("partitionResponses").EnumerateArray()
            .First(answer => answer.GetProperty("index").GetInt32() == partition);

    private static BatchRules RulesOf(string topic) => topic switch
    {
        "e-compact" => new BatchRules { IsCompacted = true },
        "e-small" => new BatchRules { MaxMessageBytes = 1000 },
        "e-time" => new BatchRules { TimestampBeforeMaxMs = 1000 },
        "e-append" => new BatchRules { IsLogAppendTime = true },
        _ => new BatchRules(),
    };

    private static ProduceRequest Parse(byte[] frame, out short version)
    {
        version = (short)((frame[6] << 8) | frame[7]);
        var api = ProduceRequest.Api;
        var header = new RequestHeader();
        var reader = new WireReader(frame.AsMemory(4), api.RequestHeaderVersion(version), api.IsFlexible(version));
        header.Walk(ref reader);
        var request = new ProduceRequest();
        var body = new WireReader(frame.AsMemory(4 + reader.Position), version, api.IsFlexible(version));
        request.Walk(ref body);
        return request;
    }
}
