using Deterministic.Checking.Histories;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// Consume, transform, produce: makes one record of each that the consumer reads as a member of its group, in transactions that commit
/// how far it has read. Owned by a client process. Each record in the history says of which one it was made.
/// </summary>
internal sealed class Pipeline(ClientProcess process, Consumer consumer)
{
    /// <summary>One poll and one transaction.</summary>
    internal async Task PipeAsync(PipeOperation operation, TransactionalProducer producer)
    {
        var untilMs = process.Shard.MonotonicMs + process.Plan.Producer.DeliveryTimeoutMs;
        if (!MayPipe(operation) || !await producer.TakeOverAsync(operation.TimeoutMs, untilMs))
        {
            return;
        }

        // A poll ends with the first records, as those of clients do: what it returned is still its own then.
        var records = await consumer.PollAsync(new PollOperation { RecordsMin = 1, TimeoutMs = operation.PollTimeoutMs });
        if (records.Count > 0 && !await TransactAsync(operation, producer, records))
        {
            consumer.GoBackToCommitted();
        }
    }

    private async Task<bool> TransactAsync(PipeOperation operation, TransactionalProducer producer, IReadOnlyList<PolledRecord> records)
    {
        await process.View.FindAsync([operation.Output]);
        var lanes = ProducerLane.Of(process, records.Chunk(operation.BatchRecords).Select(chunk => BatchOf(operation, chunk.Length)));
        if (lanes.Count == 0 || consumer.Member is not { Generation: >= 0 } member)
        {
            return false;
        }

        foreach (var (batch, chunk) in lanes[0].Batches.Zip(records.Chunk(operation.BatchRecords)))
        {
            batch.Sources = [.. chunk.Select(record => new RecordSource(record.Key, record.Value))];
        }

        var untilMs = process.Shard.MonotonicMs + process.Plan.Producer.DeliveryTimeoutMs;
        return await producer.TransactAsync(lanes, new PipedOffsets(member, consumer.Partitions), operation.End, operation.LingerMs, untilMs);
    }

    private static PlannedBatch BatchOf(PipeOperation operation, int records) => new()
    {
        Topic = operation.Output, Partition = operation.Partition, Codec = operation.Codec,
        Records = [.. Enumerable.Repeat(new PlannedRecord { ValueBytes = 0 }, records)],
    };

    /// <summary>Where it can be judged: everything that goes in stays there, and so does what comes out.</summary>
    private bool MayPipe(PipeOperation operation) =>
        consumer.Member is { } member && member.Plan.Topics.Append(operation.Output).All(topic =>
            process.Fleet.MayTransact(topic) && process.Fleet.Workload.Topics[topic] is { MayBeDeleted: false, IsCompacted: false });
}
