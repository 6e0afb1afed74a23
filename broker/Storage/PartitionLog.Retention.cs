using Deterministic.Kernel;

namespace Deterministic.Storage;

/// <content>Retention: whole segments from the head.</content>
public sealed partial class PartitionLog
{
    /// <summary>
    /// Removes segments that retention.ms, retention.bytes or the log start no longer ask for; never one that reaches the high
    /// watermark. When every record is too old the active segment is rolled first. Returns how many segments went.
    /// </summary>
    public int ApplyRetention(long nowMs)
    {
        CheckOwner();
        if (IsOffline)
        {
            return 0;
        }

        var removed = 0;
        Attempt("retention", () => removed = RemoveHeadWhile(static (_, _, next, log) => next!.BaseOffset <= log.LogStartOffset));
        if (removed > 0)
        {
            Mark.Hit("retention.by-log-start");
        }

        if (!IsOffline && Config.IsDelete)
        {
            Attempt("retention", () => removed += new Retention(this, nowMs).Apply());
        }

        return removed;
    }

    internal bool IsBelowHighWatermark(LogSegment segment, LogSegment? next) =>
        segment.SizeBytes > 0 && (next?.BaseOffset ?? LogEndOffset) <= HighWatermark;

    internal bool RollForRetention()
    {
        Mark.Hit("retention.active-segment-rolled");
        return TryRoll(LogEndOffset);
    }

    internal int RemoveHead(Func<long, LogSegment, LogSegment?, PartitionLog, bool> mayGo) => RemoveHeadWhile(mayGo);
}
