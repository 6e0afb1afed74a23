using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>A batch on its way to a log. Owned by its lane.</summary>
internal sealed class ProducerBatch(PlannedBatch plan, long firstValue, long timestampMs)
{
    internal PlannedBatch Plan => plan;

    /// <summary>The value of its first record; those behind it follow.</summary>
    internal long FirstValue => firstValue;

    /// <summary>The client's wall clock when it was made.</summary>
    internal long TimestampMs => timestampMs;

    internal BatchState State { get; set; }

    internal bool IsFinished => State >= BatchState.Appended;

    /// <summary>How often it was sent.</summary>
    internal int Attempts { get; set; }

    /// <summary>Whether an earlier attempt may have appended it.</summary>
    internal bool MayStand { get; set; }

    /// <summary>Sequence of its first record; -1 before it has one.</summary>
    internal int Sequence { get; set; } = -1;

    /// <summary>Not sent again before this time of the monotonic clock.</summary>
    internal long NotBeforeMs { get; set; }

    /// <summary>Offset of its first record; -1 while unknown.</summary>
    internal long BaseOffset { get; set; } = -1;

    /// <summary>The last error it was answered with.</summary>
    internal ErrorCode Error { get; set; }

    /// <summary>Its bytes in the form that was sent last; null when they must be made anew.</summary>
    internal byte[]? Bytes { get; set; }

    /// <summary>The records that its records were made of, one for each; null: of none.</summary>
    internal IReadOnlyList<RecordSource>? Sources { get; set; }

    /// <summary>It is given up or cannot be written.</summary>
    internal void Refuse() => State = MayStand ? BatchState.Unknown : BatchState.Refused;

    /// <summary>Its sends in the history, with what is known.</summary>
    internal IEnumerable<Mop> Sends(LogKey key)
    {
        for (var i = 0; i < plan.Records.Count; i++)
        {
            yield return new SendMop(key, firstValue + i, BaseOffset >= 0 ? BaseOffset + i : null, Sources?[i]);
        }
    }
}
