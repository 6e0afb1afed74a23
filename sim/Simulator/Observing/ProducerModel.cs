using Deterministic.Protocol.Records;

namespace Deterministic.Simulator.Observing;

/// <summary>
/// What a log must know of its producers after a history: a replay that is independent of the broker's own. Owned by whoever
/// replays.
/// </summary>
internal sealed class ProducerModel
{
    private readonly SortedDictionary<long, ModelledProducer> _producers = [];

    /// <summary>By producer id.</summary>
    internal IReadOnlyDictionary<long, ModelledProducer> Producers => _producers;

    /// <summary>The aborted transactions so far: producer id, first offset, offset of the marker.</summary>
    internal List<(long ProducerId, long FirstOffset, long LastOffset)> Aborted { get; } = [];

    /// <summary>The transactions whose marker was seen: first offset, offset of the marker.</summary>
    internal List<(long FirstOffset, long LastOffset)> Ended { get; } = [];

    internal ModelledProducer? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    internal void Take(in KnownBatch batch)
    {
        if (!batch.HasProducerId || (batch.Attributes.IsControl && batch.IsCommit is null))
        {
            return;
        }

        if (!_producers.TryGetValue(batch.ProducerId, out var producer))
        {
            producer = new ModelledProducer();
            _producers.Add(batch.ProducerId, producer);
        }

        if (producer.Epoch != batch.ProducerEpoch)
        {
            producer.Batches.Clear();
            producer.Epoch = batch.ProducerEpoch;
        }

        producer.SeenMs = batch.SeenMs;
        producer.LastOffset = batch.LastOffset;
        if (batch.IsCommit is { } isCommit)
        {
            EndTransaction(producer, batch, isCommit);
            return;
        }

        producer.Batches.Add(batch);
        if (producer.OpenSince < 0 && batch.Attributes.IsTransactional)
        {
            producer.OpenSince = batch.BaseOffset;
        }
    }

    /// <summary>Where the first transaction begins that is open, or whose marker is not below the high watermark.</summary>
    internal long FirstUnstable(long highWatermark)
    {
        var first = long.MaxValue;
        foreach (var (_, producer) in _producers)
        {
            first = producer.OpenSince >= 0 ? Math.Min(first, producer.OpenSince) : first;
        }

        foreach (var (firstOffset, lastOffset) in Ended)
        {
            first = lastOffset >= highWatermark ? Math.Min(first, firstOffset) : first;
        }

        return first;
    }

    /// <summary>The sequence that must come next, or null when any may.</summary>
    internal static int? NextSequence(ModelledProducer producer, short epoch) =>
        epoch != producer.Epoch || producer.Batches.Count == 0
            ? 0
            : RecordBatchHeader.SequenceAfter(producer.Batches[^1].LastSequence, 1);

    private void EndTransaction(ModelledProducer producer, in KnownBatch marker, bool isCommit)
    {
        producer.CoordinatorEpoch = marker.CoordinatorEpoch;
        producer.MarkerOffset = marker.BaseOffset;
        if (producer.OpenSince >= 0)
        {
            Ended.Add((producer.OpenSince, marker.BaseOffset));
            if (!isCommit)
            {
                Aborted.Add((marker.ProducerId, producer.OpenSince, marker.BaseOffset));
            }

            producer.OpenSince = -1;
        }
    }
}
