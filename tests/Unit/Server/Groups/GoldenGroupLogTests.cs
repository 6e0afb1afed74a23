using Deterministic.Kernel;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Server.Groups;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Groups;

/// <summary>Reads <c>__consumer_offsets</c> as Kafka wrote it and finds what Kafka's own tools said was in it.</summary>
public class GoldenGroupLogTests
{
    private const int PartitionCount = 2;

    [Theory]
    [InlineData("groups")]
    [InlineData("groups-expired")]
    public void Every_committed_offset_is_found_where_Kafka_looks_for_it(string directory)
    {
        var coordinator = Load(directory);
        var expected = GoldenFiles.Rows(directory + "-group-offsets.tsv.gz").Skip(1)
            .Where(row => row.Length > 4)
            .Select(row => $"{row[0]} {row[1]}-{row[2]} {row[3]} {row[4]} {(row.Length > 5 ? row[5] : "")}")
            .Where(line => !line.StartsWith("live-share ", StringComparison.Ordinal) && !line.StartsWith("share-1 ", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        var found = new List<string>();
        foreach (var group in GroupsOf(coordinator))
        {
            foreach (var (topic, partitions) in group.Offsets.Topics)
            {
                found.AddRange(partitions.Select(p =>
                    $"{group.GroupId} {topic}-{p.Key} {p.Value.Offset} {p.Value.LeaderEpoch} {p.Value.Metadata}"));
            }

            Assert.Equal(group.Partition.Index, JavaHash.PartitionOf(group.GroupId, PartitionCount));
        }

        Assert.Equal(expected, found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("groups")]
    [InlineData("groups-expired")]
    public void Every_classic_group_has_its_state_and_members(string directory)
    {
        var groups = GroupsOf(Load(directory)).ToDictionary(g => g.GroupId.ToString());
        var rows = GoldenFiles.Rows(directory + "-groups.tsv.gz").Skip(1).ToArray();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            var group = groups[row[0]];
            Assert.Equal(row[1] != "Classic", group.IsOfOtherProtocol);
            if (row[1] != "Classic")
            {
                continue;
            }

            Assert.Equal(row[2], group.ProtocolType.ToString());
            Assert.Equal(row[3], group.State.ToString());
            Assert.Equal(row[4].Split("(memberId=").Length - 1, group.Members.Count);
            foreach (var (_, member) in group.Members)
            {
                Assert.Contains($"memberId={member.MemberId}, groupInstanceId={member.InstanceId.AsString() ?? "null"}, ", row[4], StringComparison.Ordinal);
                Assert.Contains($"clientId={member.ClientId}, host={member.ClientHost}, ", row[4], StringComparison.Ordinal);
                Assert.False(member.Assignment.Bytes.IsEmpty);
            }
        }

        Assert.Equal(rows.Length, groups.Count);
    }

    private static IEnumerable<ClassicGroup> GroupsOf(GroupCoordinator coordinator) =>
        coordinator.Partitions.Values.SelectMany(p => p.Groups.Values);

    private static GroupCoordinator Load(string directory)
    {
        var shard = new Shard(new ShardId(0), new ManualClock(), null!, null!, new SeededRandom(1), static () => { });
        var coordinator = new GroupCoordinator(
            shard, new GroupConfig(), new RecordingGroupLog(), new FixedTopics(), new BatchCodecs(new BufferPool()));
        shard.Post(() =>
        {
            for (var i = 0; i < PartitionCount; i++)
            {
                coordinator.BeginLoad(i);
                coordinator.Replay(i, GoldenFiles.Bytes($"{directory}-{i}.log.gz"));
                coordinator.EndLoad(i);
            }
        });
        shard.Run(10);
        return coordinator;
    }
}
