using Deterministic.Checking.Histories;
using Deterministic.Protocol;

namespace Deterministic.Simulator.Clients;

/// <summary>A partition that a consumer reads, and where it is. Owned by its consumer.</summary>
internal sealed class ConsumedPartition(string topic, int topicNumber, int partition, LogKey key, Uuid topicId)
{
    internal string Topic => topic;

    internal int TopicNumber => topicNumber;

    internal int Partition => partition;

    /// <summary>The log in the history; another one once the topic was created again.</summary>
    internal LogKey Key { get; set; } = key;

    /// <summary>Zero: not known.</summary>
    internal Uuid TopicId { get; set; } = topicId;

    /// <summary>Offset of the next record; null: to be looked up by <see cref="ResetTimestamp"/>.</summary>
    internal long? Position { get; set; }

    /// <summary>Which offset to start from when there is no position, as ListOffsets names it.</summary>
    internal long ResetTimestamp { get; set; } = OffsetTimes.Earliest;

    /// <summary>Its place is what the group has committed, if it has; <see cref="ResetTimestamp"/> if not.</summary>
    internal bool StartsAtCommitted { get; set; }

    /// <summary>Whether what is read stands in the history.</summary>
    internal bool IsRecorded { get; init; } = true;

    /// <summary>What the latest fetch said about the log: its start and its high watermark; -1 before.</summary>
    internal long LogStartOffset { get; set; } = -1;

    internal long HighWatermark { get; set; } = -1;
}
