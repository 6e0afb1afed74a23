using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// What a log knows of its producers (epoch, last five batches, open transaction) is what a replay of its history gives, and
/// the last stable offset follows from it. A producer may be unknown only when it has expired or its batches were removed.
/// </summary>
internal sealed class ProducersMatchLog(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <summary>Batches that a producer may have under way (max.in.flight.requests.per.connection of an idempotent one).</summary>
    private const int BatchesInFlightMax = 5;

    /// <summary>No run lasts as long as this.</summary>
    private const int RememberedMs = 3_600_000;

    private readonly Dictionary<WatchedLog, ProducerReplay> _replays = [];

    /// <inheritdoc/>
    public string Name => "producers-match-log";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            if (!mayHarm(log.Log!.Path) && Compare(inspection, log) is { } problem)
            {
                world.Fail(Name, $"{log}: {problem}");
            }
        }
    }

    private string? Compare(Inspection inspection, WatchedLog log)
    {
        if (!_replays.TryGetValue(log, out var replay))
        {
            replay = new ProducerReplay();
            _replays.Add(log, replay);
        }

        replay.Follow(log.History);
        foreach (var state in log.Log!.Producers.Producers)
        {
            if (replay.Model.Find(state.ProducerId) is not { } known)
            {
                if (state.LastOffset < log.Now.Start)
                {
                    // A process that was held up wrote it and let it go again in one step, and nobody saw it.
                    continue;
                }

                return $"producer {state.ProducerId} is known and never wrote";
            }

            if (!HasExpired(inspection, log, known)
                && (ProblemOf(state, known, log) ?? Forgotten(state, known, log, inspection.Watch.LatestWallMs)) is { } problem)
            {
                return $"producer {state.ProducerId}: {problem}";
            }
        }

        foreach (var (id, known) in replay.Model.Producers)
        {
            if (log.Log.Producers.Find(id) is null && !HasExpired(inspection, log, known) && known.LastOffset >= log.HighestStart)
            {
                return $"producer {id} is not known; its epoch is {known.Epoch}, its last offset {known.LastOffset}";
            }
        }

        var stable = Math.Max(log.Now.Start, Math.Min(log.Now.HighWatermark, replay.Model.FirstUnstable(log.Now.HighWatermark)));
        return stable == log.Now.Stable ? null : $"the last stable offset is {log.Now.Stable}, the transactions say {stable}";
    }

    /// <summary>Compaction or retention may have taken the marker that told it before a start; a producer that expired between two batches is known by the second alone.</summary>
    private static bool IsCoordinatorEpochOf(ProducerState state, ModelledProducer known, WatchedLog log) =>
        state.CoordinatorEpoch == known.CoordinatorEpoch
        || (state.CoordinatorEpoch < known.CoordinatorEpoch && (log.CompactedBelow > 0 || known.MarkerOffset < log.HighestStart || log.Log!.Config.ProducerIdExpirationMs < RememberedMs));

    private static bool HasExpired(Inspection inspection, WatchedLog log, ModelledProducer producer) =>
        producer.OpenSince < 0 && inspection.Watch.LatestWallMs - producer.SeenMs >= log.Log!.Config.ProducerIdExpirationMs;

    /// <summary>A retry may concern any of the last five batches; a start need not know more than the last.</summary>
    private static string? Forgotten(ProducerState state, ModelledProducer known, WatchedLog log, long latestMs)
    {
        var due = 0;
        for (var i = known.Batches.Count - 1; i >= 0 && due < BatchesInFlightMax; i--)
        {
            var batch = known.Batches[i];
            if (batch.BaseOffset < log.OpenedEnd || latestMs - batch.SeenMs >= log.Log!.Config.ProducerIdExpirationMs)
            {
                break;
            }

            due++;
        }

        return state.BatchCount >= due ? null : $"{state.BatchCount} batches are remembered, {due} were appended since the start";
    }

        private static string? ProblemOf(ProducerState state, ModelledProducer known, WatchedLog log)
    {
        if (state.ProducerEpoch != known.Epoch || state.TransactionFirstOffset != known.OpenSince || !IsCoordinatorEpochOf(state, known, log))
        {
            return $"epoch {state.ProducerEpoch}, transaction since {state.TransactionFirstOffset}, coordinator epoch {state.CoordinatorEpoch}; "
                + $"the log says {known.Epoch}, {known.OpenSince}, {known.CoordinatorEpoch}";
        }

        if (log.IsOfCoordinator)
        {
            return null;
        }

        if (state.BatchCount > known.Batches.Count || (state.BatchCount == 0 && known.Batches.Count > 0))
        {
            return $"{state.BatchCount} batches are remembered, the log has {known.Batches.Count}";
        }

        var left = state.BatchCount;
        for (var i = 1; left > 0 && i <= known.Batches.Count; i++)
        {
            // What is remembered of a batch answers its duplicates: offsets and sequences must be those of the log.
            var batch = known.Batches[^i];
            var isKnown = state.TryFindDuplicate(known.Epoch, batch.BaseSequence, batch.LastSequence, out var found);
            if (!isKnown && i > 1 && batch.LastOffset < log.CompactedBelow)
            {
                // Compaction took the batch, and a start replayed what was left.
                continue;
            }

            left--;
            if (!isKnown || found.LastOffset != batch.LastOffset || found.FirstOffset != batch.BaseOffset)
            {
                return $"{(isKnown ? $"{found.FirstOffset}..{found.LastOffset} is remembered" : "nothing is remembered")} for {batch}";
            }
        }

        return left > 0 ? $"{left} batches are remembered that the log never had"
            : state.LastBatch.LastSequence == (known.Batches.Count == 0 ? -1 : known.Batches[^1].LastSequence)
            ? null
            : $"the last sequence is {state.LastBatch.LastSequence}, the log says {known.Batches[^1]}";
    }
}
