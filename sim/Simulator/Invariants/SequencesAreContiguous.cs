using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// The batches of an idempotent producer follow each other without gap and without repetition, and an older epoch never
/// follows a newer one (KIP-98), as long as the log has to remember the producer.
/// </summary>
internal sealed class SequencesAreContiguous(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<WatchedLog, ProducerReplay> _replays = [];

    /// <inheritdoc/>
    public string Name => "sequences-contiguous";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        if (log.IsMetadata)
        {
            return;
        }

        if (!_replays.TryGetValue(log, out var replay))
        {
            replay = new ProducerReplay();
            _replays.Add(log, replay);
        }

        var batches = log.History.Batches;
        for (var i = log.FirstAdded; i < batches.Count; i++)
        {
            replay.Follow(log.History, i);
            if (batches[i] is { HasProducerId: true, Attributes.IsControl: false } && !mayHarm(log.Log!.Path))
            {
                Check(watch, log, replay.Model, batches[i]);
            }
        }

        replay.Follow(log.History);
    }

    private void Check(BrokerWatch watch, WatchedLog log, ProducerModel model, in KnownBatch batch)
    {
        if (model.Find(batch.ProducerId) is not { } producer || MayBeForgotten(watch, log, producer))
        {
            return;
        }

        if (batch.ProducerEpoch < producer.Epoch)
        {
            world.Fail(Name, $"{log}: {batch} was appended after epoch {producer.Epoch} of that producer");
        }
        else if (!log.IsOfCoordinator && ProducerModel.NextSequence(producer, batch.ProducerEpoch) is { } next && next != batch.BaseSequence)
        {
            world.Fail(Name, $"{log}: {batch} was appended where sequence {next} had to follow {Last(producer)}");
        }
    }

    /// <summary>Expired, or its last batch was removed, from when on a start knows nothing of it.</summary>
    private static bool MayBeForgotten(BrokerWatch watch, WatchedLog log, ModelledProducer producer) =>
        watch.LatestWallMs - producer.SeenMs >= log.Log!.Config.ProducerIdExpirationMs || producer.LastOffset < log.HighestStart;

    private static string Last(ModelledProducer producer) =>
        producer.Batches.Count == 0 ? "nothing of that epoch" : producer.Batches[^1].ToString();
}
