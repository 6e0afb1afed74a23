using Deterministic.Kernel;

namespace Deterministic.Storage;

/// <summary>Decides which segments of a log may go by time and by size (retention.ms, retention.bytes). Lives for one pass.</summary>
internal sealed class Retention(PartitionLog log, long nowMs)
{
    internal int Apply() => RemoveByTime() + RemoveBySize();

    private int RemoveByTime()
    {
        if (log.Config.RetentionMs < 0)
        {
            return 0;
        }

        if (log.Active.SizeBytes > 0 && AreAllTooOld() && !log.RollForRetention())
        {
            return 0;
        }

        var removed = log.RemoveHead((_, segment, next, _) => log.IsBelowHighWatermark(segment, next) && IsTooOld(segment));
        if (removed > 0)
        {
            Mark.Hit("retention.by-time");
        }

        return removed;
    }

    private bool AreAllTooOld()
    {
        for (var i = 0; i < log.Segments.Count; i++)
        {
            var next = i + 1 < log.Segments.Count ? log.Segments[i + 1] : null;
            if (!IsTooOld(log.Segments[i]) || !log.IsBelowHighWatermark(log.Segments[i], next))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A segment without timestamps counts from when it was opened: it goes later than it might, never earlier.</summary>
    private bool IsTooOld(LogSegment segment)
    {
        var latest = segment.MaxTimestamp >= 0 ? segment.MaxTimestamp : segment.CreatedMs;
        return nowMs - latest > log.Config.RetentionMs;
    }

    private int RemoveBySize()
    {
        var removed = log.Config.RetentionBytes < 0
            ? 0
            : log.RemoveHead((size, segment, next, _) =>
                size - segment.SizeBytes >= log.Config.RetentionBytes && log.IsBelowHighWatermark(segment, next));
        if (removed > 0)
        {
            Mark.Hit("retention.by-size");
        }

        return removed;
    }
}
