using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Replication;

/// <summary>What a fetch session remembers of one partition: what the client asks, and what it was last told. Owned by its session.</summary>
internal sealed class FetchSessionPartition(FetchKey key)
{
    /// <summary>Told nothing yet.</summary>
    private const long Nothing = long.MinValue;

    private long _toldHighWatermark = Nothing;
    private long _toldLastStableOffset = Nothing;
    private long _toldLogStartOffset = Nothing;

    /// <summary>Which partition.</summary>
    internal FetchKey Key { get; } = key;

    /// <summary>What the client asks of it.</summary>
    internal FetchRequest.FetchPartition Asked { get; private set; } = new();

    /// <summary>Takes what a request says of it.</summary>
    internal void Update(in FetchRequest.FetchPartition asked)
    {
        Asked = asked;
        Asked = Asked with { UnknownTags = null };
    }

    /// <summary>Whether a response must mention it, being different from what the client knows (KIP-227); then it counts as told.</summary>
    internal bool MustTell(in PartitionRead read)
    {
        var isNews = read.SizeBytes > 0
            || read.IsUrgent
            || read.HighWatermark != _toldHighWatermark
            || read.LastStableOffset != _toldLastStableOffset
            || read.LogStartOffset != _toldLogStartOffset;

        // An error is told again and again until it is gone, and then what the offsets are.
        _toldHighWatermark = read.Error == ErrorCode.None ? read.HighWatermark : Nothing;
        _toldLastStableOffset = read.LastStableOffset;
        _toldLogStartOffset = read.LogStartOffset;
        return isNews;
    }
}
