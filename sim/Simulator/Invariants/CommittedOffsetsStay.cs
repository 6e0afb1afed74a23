using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// An offset that was committed stays, through every crash, until it may expire, which it may not while members read its topic, or
/// its topic is deleted. It counts as committed from when a client was told so. (That it is the right one is the matter of
/// groups-match-log: the log below the high watermark never changes.)
/// </summary>
internal sealed class CommittedOffsetsStay(World world, Func<string, bool> mayHarm) : IInvariant
{
    private readonly Dictionary<(string Node, Text Group), Dictionary<(Text Topic, int Partition), CommittedOffset>> _known = [];
    private readonly Dictionary<(string Node, Text Group), (ClassicGroup Group, int Generation)> _atWork = [];

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
                    var group = partition.Find(id);
                    CheckStays(inspection, group, id, known, WasAtWork(node, id, group));
                }
            }

            foreach (var (id, group) in partition.Groups)
            {
                _known[(node, id)] = Copy(group);
                _atWork.Remove((node, id));
                if (group.State == ClassicGroupState.Stable)
                {
                    _atWork.Add((node, id), (group, group.GenerationId));
                }
            }
        }
    }

    /// <inheritdoc/>
    public void OnCommitted(Inspection inspection, Text group, Text topic, int partition)
    {
        foreach (var (log, owner) in inspection.GroupPartitions())
        {
            if (PartitionOf(inspection, log, group) == owner.Index && !mayHarm(log.Log!.Path)
                && owner.Find(group)?.Offsets.TryGet(topic, partition, out _) != true && inspection.Parts.Shards[0].Image.FindTopic(topic) is not null)
            {
                world.Fail(Name, $"{log}: a client was told that group {group} has committed {topic}-{partition}; the group does not know");
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
        Inspection inspection, ClassicGroup? group, Text id, Dictionary<(Text Topic, int Partition), CommittedOffset> known, bool wasAtWork)
    {
        foreach (var ((topic, index), offset) in id.ToString().StartsWith(OwnGroupOperation.Prefix, StringComparison.Ordinal) ? [] : known)
        {
            var isThere = group is not null && group.Offsets.TryGet(topic, index, out _);
            var isSubscribed = wasAtWork && group?.SubscribedTopics is { } subscribed && subscribed.Contains(topic);
            if (!isThere && !MayBeGone(inspection, topic, offset, isSubscribed))
            {
                world.Fail(
                    Name,
                    $"{inspection.Broker.Node.Name}: group {id} had committed {offset.Offset} for {topic}-{index} at {offset.CommitTimestampMs}; it is gone");
            }
        }
    }

    /// <summary>Stable in the same generation at two looks is stable between them: what its members read does not expire.</summary>
    private bool WasAtWork(string node, Text id, ClassicGroup? group) =>
        group is { State: ClassicGroupState.Stable } && _atWork.TryGetValue((node, id), out var before)
        && ReferenceEquals(before.Group, group) && before.Generation == group.GenerationId;

    private static bool MayBeGone(Inspection inspection, Text topic, in CommittedOffset offset, bool isSubscribed)
    {
        var config = inspection.Parts.Shards[0].Config;
        var latestMs = inspection.Watch.LatestWallMs;
        var isExpired = offset.ExpireTimestampMs >= 0
            ? latestMs >= offset.ExpireTimestampMs
            : latestMs - offset.CommitTimestampMs >= config.OffsetsRetentionMinutes * 60_000L;
        var image = inspection.Parts.Shards[0].Image;
        return (isExpired && !isSubscribed) || image.FindTopic(topic) is not { } found || (!offset.TopicId.IsZero && offset.TopicId != found.Id);
    }
}
