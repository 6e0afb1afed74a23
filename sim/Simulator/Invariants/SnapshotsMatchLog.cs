using System.Buffers.Binary;
using Deterministic.Protocol.Records;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A producer snapshot file that is whole says what a replay of the log up to its offset says. (One that is not whole is
/// found out by its CRC and not used.)
/// </summary>
internal sealed class SnapshotsMatchLog(World world, Func<string, bool> mayHarm) : IInvariant
{
    private const int HeaderBytes = 10;
    private const int CrcPosition = 2;
    private const int CoveredPosition = 6;
    private const int EntryBytes = 46;

    /// <inheritdoc/>
    public string Name => "producer-snapshots-match-log";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            if (!mayHarm(log.Log!.Path))
            {
                Inspect(inspection, log);
            }
        }
    }

    private void Inspect(Inspection inspection, WatchedLog log)
    {
        var replay = new ProducerReplay();
        var expiredMs = inspection.Watch.LatestWallMs - log.Log!.Config.ProducerIdExpirationMs;
        foreach (var name in inspection.Disk.FilesIn(log.Log.Path))
        {
            if (!StoragePaths.TryParseOffset(name, StoragePaths.SnapshotSuffix, out var offset) || offset > log.History.EndOffset)
            {
                continue;
            }

            replay.Follow(log.History, log.History.IndexFrom(offset));
            if (ProblemOf(inspection.Disk.ReadAll($"{log.Log.Path}/{name}"), replay.Model, expiredMs) is { } problem)
            {
                world.Fail(Name, $"{log}: {name}: {problem}");
            }
        }
    }

    private static string? ProblemOf(byte[] bytes, ProducerModel model, long expiredMs)
    {
        if (bytes.Length < HeaderBytes
            || BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(CrcPosition)) != Crc32C.Compute(bytes.AsSpan(CoveredPosition)))
        {
            return null;
        }

        for (var at = HeaderBytes; at + EntryBytes <= bytes.Length; at += EntryBytes)
        {
            var entry = bytes.AsSpan(at);
            var id = BinaryPrimitives.ReadInt64BigEndian(entry);
            var epoch = BinaryPrimitives.ReadInt16BigEndian(entry[8..]);
            var lastSequence = BinaryPrimitives.ReadInt32BigEndian(entry[10..]);
            var lastOffset = BinaryPrimitives.ReadInt64BigEndian(entry[14..]);
            var openSince = BinaryPrimitives.ReadInt64BigEndian(entry[38..]);
            var known = model.Find(id);
            var last = known?.Batches.Count > 0 ? known.Batches[^1] : (KnownBatch?)null;
            if (known is { OpenSince: < 0 } && known.SeenMs <= expiredMs)
            {
                continue;
            }

            if (known is null || known.Epoch != epoch || known.OpenSince != openSince
                || (last?.LastSequence ?? -1) != lastSequence || (last?.LastOffset ?? -1) != lastOffset)
            {
                return $"producer {id} at epoch {epoch}, last sequence {lastSequence}, last offset {lastOffset}, transaction since {openSince}; "
                    + $"the log says epoch {known?.Epoch}, {last}, transaction since {known?.OpenSince}";
            }
        }

        return null;
    }
}
