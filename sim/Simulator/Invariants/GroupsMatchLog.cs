using Deterministic.Kernel.Memory;
using Deterministic.Protocol;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// The durable part of every group (its latest record and its committed offsets) is what its partition of
/// <c>__consumer_offsets</c> replays to below the high watermark: what a restart would bring back, no more and no less.
/// </summary>
internal sealed class GroupsMatchLog(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "groups-match-log";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        foreach (var (log, partition) in inspection.GroupPartitions())
        {
            if (!mayHarm(log.Log!.Path) && Compare(partition, Replay(inspection, log, partition)) is { } problem)
            {
                world.Fail(Name, $"{log}: {problem}; {log.Now}");
            }
        }
    }

    /// <summary>Members act by what a restart would bring back.</summary>
    public void OnAssigned(Inspection inspection) => Inspect(inspection);

    private static GroupPartition Replay(Inspection inspection, WatchedLog log, GroupPartition partition)
    {
        var batch = new GroupBatch(new BatchCodecs(new BufferPool()));
        var replayed = new GroupPartition(log.Log!.Group.Shard, new NoLog(), batch, partition.Index);
        foreach (var segment in inspection.Scan(log).Segments)
        {
            foreach (var known in segment.Batches)
            {
                if (known.LastOffset < log.Now.HighWatermark && known.LastOffset >= log.Now.Start)
                {
                    batch.Replay(replayed, segment.Bytes.AsSpan(known.Position, known.SizeBytes));
                }
            }
        }

        return replayed;
    }

    private static string? Compare(GroupPartition live, GroupPartition replayed)
    {
        foreach (var id in live.Groups.Keys.Concat(replayed.Groups.Keys).Distinct())
        {
            var (group, known) = (live.Find(id), replayed.Find(id));
            if (StoredOf(group) is var stored && !stored.Span.SequenceEqual(StoredOf(known).Span))
            {
                return $"group {id} has generation {group?.Stored?.Generation} with {group?.Stored?.Members.Count} members stored; "
                    + $"the log says {known?.Stored?.Generation} with {known?.Stored?.Members.Count}";
            }

            var (consumer, knownConsumer) = (ConsumerGroupText.Of(group?.Consumer), ConsumerGroupText.Of(known?.Consumer));
            if (consumer != knownConsumer)
            {
                return $"group {id} is {consumer}; the log says {knownConsumer}";
            }

            var (offsets, expected) = (OffsetsOf(group), OffsetsOf(known));
            if (!offsets.SequenceEqual(expected, StringComparer.Ordinal))
            {
                return $"group {id} has committed {string.Join(", ", offsets)}; the log says {string.Join(", ", expected)}";
            }
        }

        return null;
    }

    private static ReadOnlyMemory<byte> StoredOf(ClassicGroup? group) =>
        group?.Stored is { } stored ? GroupRecords.GroupMetadata(group.GroupId, stored).Value.Bytes : default;

    private static List<string> OffsetsOf(ClassicGroup? group)
    {
        var offsets = new List<string>();
        foreach (var (topic, partitions) in group?.Offsets.Topics ?? new Dictionary<Text, SortedDictionary<int, CommittedOffset>>())
        {
            foreach (var (index, offset) in partitions)
            {
                offsets.Add($"{topic}-{index}: {offset with { LogOffset = -1 }}");
            }
        }

        offsets.Sort(StringComparer.Ordinal);
        return offsets;
    }

    /// <summary>For a replay, which appends nothing.</summary>
    private sealed class NoLog : IGroupLog
    {
        public void Append(int partition, Memory<byte> batch, Action<ErrorCode> completion, short transactionVersion = 0) => completion(ErrorCode.NotLeaderOrFollower);
    }
}
