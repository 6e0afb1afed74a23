using Deterministic.Checking.Histories;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>Reads the batches of a fetch response and looks whether every record is what was sent, where it was sent. Stateless.</summary>
internal static class FetchedRecords
{
    /// <summary>Adds the records from the partition's position on and moves the position behind them.</summary>
    internal static void Take(ClientFleet fleet, ConsumedPartition partition, in FetchResponse.PartitionData data, List<PolledRecord> records)
    {
        var position = partition.Position!.Value;
        var before = -1L;
        var aborted = new AbortedFilter(partition, data, fleet.MayBeCorrupt(partition.TopicNumber));
        foreach (var batch in new RecordBatchReader(data.Records.Bytes.Span))
        {
            var header = batch.Header;
            // Where the disk may harm, a batch may also be whole and another partition's.
            if (fleet.MayBeCorrupt(partition.TopicNumber) && (!batch.IsCrcValid || header.BaseOffset <= before || header.LastOffset >= data.HighWatermark))
            {
                break;
            }

            if (!batch.IsCrcValid)
            {
                throw new ViolationException("no-corruption", $"the batch of {partition.Key} at offset {header.BaseOffset} has a wrong CRC");
            }

            if (header.BaseOffset <= before || header.LastOffset < position)
            {
                throw new ViolationException(
                    "fetch-in-order", $"a fetch of {partition.Key} from {position} returns a batch of {header.BaseOffset} to {header.LastOffset} behind {before}");
            }

            if (header.LastOffset >= data.HighWatermark)
            {
                throw new ViolationException(
                    "below-high-watermark", $"a fetch of {partition.Key} returns a batch of {header.BaseOffset} to {header.LastOffset}; the high watermark is {data.HighWatermark}");
            }

            before = header.LastOffset;
            if (aborted.Passes(batch))
            {
                TakeBatch(fleet, partition, batch, records);
            }

            position = header.LastOffset + 1;
            partition.Position = position;
        }
    }

    private static void TakeBatch(ClientFleet fleet, ConsumedPartition partition, RecordBatchView batch, List<PolledRecord> records)
    {
        var header = batch.Header;
        try
        {
            using var opened = OpenedBatch.Open(batch, fleet.Codecs);
            foreach (var record in opened.Records)
            {
                var offset = header.BaseOffset + record.OffsetDelta;
                if (offset >= partition.Position!.Value)
                {
                    TakeRecord(fleet, partition, header, offset, record, records);
                }
            }
        }
        catch (InvalidRecordException e)
        {
            throw new ViolationException("no-corruption", $"the batch of {partition.Key} at offset {header.BaseOffset} cannot be read: {e.Message}");
        }
    }

    private static void TakeRecord(
        ClientFleet fleet, ConsumedPartition partition, in RecordBatchHeader header, long offset, in RecordView record, List<PolledRecord> records)
    {
        if (!StampedRecords.TryRead(record, out var stamp))
        {
            throw new ViolationException("no-corruption", $"the record of {partition.Key} at offset {offset} is none that was sent");
        }

        if (stamp.Topic != partition.TopicNumber || stamp.Partition != partition.Partition)
        {
            if (fleet.IsExpendable(partition.TopicNumber))
            {
                return;
            }

            throw new ViolationException(
                "no-misplacement", $"the record of {partition.Key} at offset {offset} was sent to partition {stamp.Partition} of topic {stamp.Topic}");
        }

        if (!header.Attributes.IsLogAppendTime && header.BaseTimestamp + record.TimestampDelta != stamp.TimestampMs && !header.Attributes.HasDeleteHorizon)
        {
            throw new ViolationException(
                "no-corruption", $"the record of {partition.Key} at offset {offset} has timestamp {header.BaseTimestamp + record.TimestampDelta}; it was sent with {stamp.TimestampMs}");
        }

        if (stamp.Value < 0 || stamp.Value >= fleet.ValuesTaken)
        {
            throw new ViolationException("no-phantom", $"the record of {partition.Key} at offset {offset} has value {stamp.Value}, which nobody has sent");
        }

        Record(fleet.Workload.Topics[partition.TopicNumber], partition, offset, stamp, records);
    }

    private static void Record(PlannedTopic topic, ConsumedPartition partition, long offset, in RecordStamp stamp, List<PolledRecord> records)
    {
        if (!partition.IsRecorded || (topic.MayBeDeleted && stamp.IsSentByName))
        {
            return;
        }

        if (topic.MayBeDeleted && stamp.TopicId != partition.TopicId)
        {
            throw new ViolationException(
                "no-misplacement", $"the record of {partition.Key} at offset {offset} was sent to the topic with id {stamp.TopicId}");
        }

        records.Add(new PolledRecord(partition.Key, offset, stamp.Value));
    }
}
