using Deterministic.Kernel;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <summary>
/// Turns the records of the metadata log, batch by batch, into images, and keeps a metadata transaction (KIP-866) out of
/// sight until it ends. Owned by shard 0.
/// </summary>
public sealed class MetadataReplayer
{
    private MetadataDelta? _transaction;

    /// <summary>A replayer that goes on from an image.</summary>
    public MetadataReplayer(MetadataImage image)
    {
        Image = image;
    }

    /// <summary>The image of everything replayed, without a transaction that is still open.</summary>
    public MetadataImage Image { get; private set; }

    /// <summary>Whether a metadata transaction was begun and has not ended.</summary>
    public bool IsInTransaction => _transaction is not null;

    /// <summary>
    /// Replays the records of one batch, given as they stand in the log, of which the last has <paramref name="lastOffset"/>.
    /// Returns the step from the image before, or null while a transaction is open.
    /// </summary>
    /// <exception cref="MetadataFormatException">A record is unknown or contradicts what was before.</exception>
    public MetadataDelta? Replay(IReadOnlyList<ReadOnlyMemory<byte>> records, long lastOffset, int epoch, long timestampMs)
    {
        Check.That(
            lastOffset > Image.Offset, $"metadata batch up to offset {lastOffset} replayed behind offset {Image.Offset}");
        var delta = _transaction ?? new MetadataDelta(Image);
        foreach (var record in records)
        {
            delta = ReplayOne(record, delta, lastOffset);
        }

        if (_transaction is not null)
        {
            return null;
        }

        Image = delta.Build(lastOffset, epoch, timestampMs);
        return delta;
    }

    private MetadataDelta ReplayOne(ReadOnlyMemory<byte> record, MetadataDelta delta, long lastOffset)
    {
        switch (TypeOf(record))
        {
            case MarkerTypes.Begin:
                // The controller gives a transaction's beginning a batch of its own, so that no record before it is hidden by it.
                Require(_transaction is null && delta.IsEmpty, "a metadata transaction begins", lastOffset);
                _transaction = delta;
                return delta;
            case MarkerTypes.End:
                Require(_transaction is not null, "a metadata transaction ends", lastOffset);
                _transaction = null;
                return delta;
            case MarkerTypes.Abort:
                Require(_transaction is not null, "a metadata transaction is aborted", lastOffset);
                _transaction = null;
                return new MetadataDelta(Image);
            default:
                delta.Replay(record);
                return delta;
        }
    }

    private static short TypeOf(ReadOnlyMemory<byte> record)
    {
        try
        {
            return MetadataRecordFrame.Decode(record).Type;
        }
        catch (MalformedMessageException e)
        {
            throw new MetadataFormatException(e.Message, e);
        }
    }

    private static void Require(bool holds, string what, long lastOffset)
    {
        if (!holds)
        {
            throw new MetadataFormatException($"{what} in the batch up to offset {lastOffset}, where none may");
        }
    }

    private static class MarkerTypes
    {
        internal const short Begin = 23;
        internal const short End = 24;
        internal const short Abort = 25;
    }
}
