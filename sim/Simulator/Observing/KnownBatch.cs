using Deterministic.Protocol.Records;
using Deterministic.Storage;

namespace Deterministic.Simulator.Observing;

/// <summary>
/// What is remembered of one batch of a log: enough to tell it from any other (its CRC covers its records), and what replays
/// of the log need. Lives as long as the history that holds it.
/// </summary>
internal readonly record struct KnownBatch
{
    internal required long BaseOffset { get; init; }

    internal required long LastOffset { get; init; }

    internal required int SizeBytes { get; init; }

    internal required uint Crc { get; init; }

    internal required int LeaderEpoch { get; init; }

    internal required long MaxTimestamp { get; init; }

    internal required long ProducerId { get; init; }

    internal required short ProducerEpoch { get; init; }

    internal required int BaseSequence { get; init; }

    internal required int LastSequence { get; init; }

    internal required BatchAttributes Attributes { get; init; }

    /// <summary>For the marker that ends a transaction: whether it commits; null for every other batch.</summary>
    internal bool? IsCommit { get; init; }

    /// <summary>For such a marker: the epoch of the coordinator that wrote it.</summary>
    internal int CoordinatorEpoch { get; init; }

    /// <summary>Base offset of the segment it was seen in; compaction may move it.</summary>
    internal long SegmentBase { get; init; }

    /// <summary>Where it begins there.</summary>
    internal int Position { get; init; }

    /// <summary>When it was first seen, by the wall clock of its node.</summary>
    internal long SeenMs { get; init; }

    internal bool HasProducerId => ProducerId >= 0;

    /// <summary>Whether it is the same batch, byte for byte, wherever it stands.</summary>
    internal bool IsSame(in KnownBatch other) =>
        BaseOffset == other.BaseOffset && LastOffset == other.LastOffset && SizeBytes == other.SizeBytes && Crc == other.Crc
        && LeaderEpoch == other.LeaderEpoch;

    /// <summary>Reads the header; <paramref name="bytes"/> begin with the batch and, for a control batch, hold all of it.</summary>
    internal static KnownBatch Of(ReadOnlySpan<byte> bytes, long segmentBase, int position, long seenMs)
    {
        var header = new RecordBatchHeader(bytes);
        var marker = default(ControlRecord);
        var isMarker = header.HasProducerId && header.Attributes.IsControl && header.RecordCount > 0 && ControlRecord.TryRead(bytes, out marker);
        return new KnownBatch
        {
            BaseOffset = header.BaseOffset,
            LastOffset = header.LastOffset,
            SizeBytes = (int)header.TotalBytes,
            Crc = header.Crc,
            LeaderEpoch = header.PartitionLeaderEpoch,
            MaxTimestamp = header.MaxTimestamp,
            ProducerId = header.ProducerId,
            ProducerEpoch = header.ProducerEpoch,
            BaseSequence = header.BaseSequence,
            LastSequence = header.LastSequence,
            Attributes = header.Attributes,
            IsCommit = isMarker ? marker.IsCommit : null,
            CoordinatorEpoch = isMarker ? marker.CoordinatorEpoch : -1,
            SegmentBase = segmentBase,
            Position = position,
            SeenMs = seenMs,
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"[{BaseOffset}..{LastOffset}] {SizeBytes} bytes, CRC {Crc:x8}, epoch {LeaderEpoch}"
        + (HasProducerId ? $", producer {ProducerId}/{ProducerEpoch} sequence {BaseSequence}..{LastSequence}" : "");
}
