using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// An offset that was committed stays, through every crash, until it may expire or its topic is deleted. (That it is the
/// right one is the matter of groups-match-log: the log below the high watermark never changes.)
/// </summary>
internal sealed class CommittedOffsetsStay(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<(string Node, Text Group), Dictionary<(Text Topic, int Partition), CommittedOffset>> _known = [];

    /// <inheritdoc/>
    public string Name => "committed-offsets-stay";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        var node = inspection.Broker.Node.Name;
        foreach (var (log, partition) in inspection.GroupPartitions())
        {
            if (mayHarm(log.Log!.Path))
            {
                continue;
            }

            foreach (var ((knownNode, id), known) in _known)
            {
                if (string.Equals(knownNode, node, StringComparison.Ordinal) && PartitionOf(inspection, log, id) == partition.Index)
                {
                    CheckStays(inspection, partition.Find(id), id, known);
                }
            }

            foreach (var (id, group) in partition.Groups)
            {
                _known[(node, id)] = Copy(group);
            }
        }
    }

    private static int PartitionOf(Inspection inspection, WatchedLog log, Text group) =>
        JavaHash.PartitionOf(group, inspection.Parts.Shards[0].Image.FindTopic(log.Id.TopicId)?.Partitions.Length ?? 1);

    private static Dictionary<(Text Topic, int Partition), CommittedOffset> Copy(ClassicGroup group)
    {
        var copy = new Dictionary<(Text, int), CommittedOffset>();
        foreach (var (topic, partitions) in group.Offsets.Topics)
        {
            foreach (var (index, offset) in partitions)
            {
                copy[(topic, index)] = offset;
            }
        }

        return copy;
    }

    private void CheckStays(
        Inspection inspection, ClassicGroup? group, Text id, Dictionary<(Text Topic, int Partition), CommittedOffset> known)
    {
        foreach (var ((topic, index), offset) in known)
        {
            var isThere = group is not null && group.Offsets.TryGet(topic, index, out _);
            if (!isThere && !MayBeGone(inspection, topic, offset))
            {
                world.Fail(
                    Name,
                    $"{inspection.Broker.Node.Name}: group {id} had committed {offset.Offset} for {topic}-{index} at {offset.CommitTimestampMs}; it is gone");
            }
        }
    }

    private static bool MayBeGone(Inspection inspection, Text topic, in CommittedOffset offset)
    {
        var config = inspection.Parts.Shards[0].Config;
        var latestMs = inspection.Watch.LatestWallMs;
        var isExpired = offset.ExpireTimestampMs >= 0
            ? latestMs >= offset.ExpireTimestampMs
            : latestMs - offset.CommitTimestampMs >= config.OffsetsRetentionMinutes * 60_000L;
        var image = inspection.Parts.Shards[0].Image;
        return isExpired || image.FindTopic(topic) is not { } found || (!offset.TopicId.IsZero && offset.TopicId != found.Id);
    }
}
