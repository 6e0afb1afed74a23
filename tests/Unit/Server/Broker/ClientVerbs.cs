using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>What tests say to a broker.</summary>
internal static class ClientVerbs
{
    internal const short ProduceVersion = 9;
    internal const short FetchVersion = 12;

    internal static byte[] Batch(long producerId, short epoch, int sequence, params string[] values)
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions { ProducerId = producerId, ProducerEpoch = epoch, BaseSequence = sequence });
        foreach (var value in values)
        {
            builder.Append(1_795_420_000_000, Blob.Null, new Blob(System.Text.Encoding.UTF8.GetBytes(value)));
        }

        return builder.BuildArray();
    }

    internal static byte[] Keyed(string key, string value)
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions());
        builder.Append(1_795_420_000_000, new Blob(System.Text.Encoding.UTF8.GetBytes(key)), new Blob(System.Text.Encoding.UTF8.GetBytes(value)));
        return builder.BuildArray();
    }

    internal static byte[] Batch(params string[] values) => Batch(-1, -1, -1, values);

    internal static ProduceRequest Produce(string topic, int partition, byte[] records, short acks = -1)
    {
        var request = new ProduceRequest { Acks = acks, TimeoutMs = 1000 };
        var data = new ProduceRequest.TopicProduceData { Name = topic };
        data.PartitionData.Add(new ProduceRequest.PartitionProduceData { Index = partition, Records = new RecordData(records) });
        request.TopicData.Add(data);
        return request;
    }

    internal static ProduceResponse.PartitionProduceResponse Produce(this TestClient client, string topic, int partition, params string[] values) =>
        client.Ask<ProduceRequest, ProduceResponse>(ProduceVersion, Produce(topic, partition, Batch(values))).Responses[0].PartitionResponses[0];

    internal static FetchRequest Fetch(string topic, params (int Partition, long Offset)[] from)
    {
        var request = new FetchRequest { MaxWaitMs = 0, MinBytes = 1, SessionEpoch = -1 };
        var asked = new FetchRequest.FetchTopic { Topic = topic };
        foreach (var (partition, offset) in from)
        {
            asked.Partitions.Add(new FetchRequest.FetchPartition { Partition = partition, FetchOffset = offset, PartitionMaxBytes = 1024 * 1024 });
        }

        request.Topics.Add(asked);
        request.RackId = Text.Empty;
        return request;
    }

    internal static FetchResponse Fetch(this TestClient client, FetchRequest request, long waitMs = 0) =>
        client.Ask<FetchRequest, FetchResponse>(FetchVersion, request, waitMs);

    /// <summary>The values of all records of a partition from an offset on.</summary>
    internal static List<string> ReadAll(this TestClient client, string topic, int partition, long offset = 0)
    {
        var values = new List<string>();
        while (true)
        {
            var data = client.Fetch(Fetch(topic, (partition, offset))).Responses[0].Partitions[0];
            Assert.Equal(0, data.ErrorCode);
            if (data.Records.SizeBytes == 0)
            {
                return values;
            }

            offset = AddValues(data.Records, values, offset);
        }
    }

    internal static long AddValues(RecordData records, List<string> values, long fromOffset = 0)
    {
        var next = fromOffset;
        var reader = new RecordBatchReader(records.Bytes.Span);
        while (reader.MoveNext())
        {
            foreach (var record in reader.Current.Records)
            {
                if (reader.Current.Header.BaseOffset + record.OffsetDelta >= fromOffset)
                {
                    values.Add(System.Text.Encoding.UTF8.GetString(record.Value));
                }
            }

            next = reader.Current.Header.LastOffset + 1;
        }

        return next;
    }
}
