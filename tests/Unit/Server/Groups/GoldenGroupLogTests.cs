using Deterministic.Kernel;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Consumers;
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
            Assert.Equal(row[1] is "Share" or "Streams", group.IsOfOtherProtocol);
            if (row[1] == "Consumer")
            {
                AssertConsumer(group.Consumer!, row);
            }

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

    /// <summary>Kafka wrote this group; its hash of the topics must be ours, or the group would rebalance when the broker changes.</summary>
    [Fact]
    public void The_hash_of_topics_is_Kafkas()
    {
        var topics = new FixedTopics();
        topics.Add("w-a", 3, new Protocol.Uuid(0x9558bd03a0f34a36, 0x922026833cfcfee8));
        topics.Add("w-b", 1, new Protocol.Uuid(0x97feae1efe90428c, 0xaafe95a1690375c0));
        Assert.Equal(0x2aef547915d2b365, TopicsHash.Of(["w-a"], topics));
        Assert.Equal(0x3a2174577ac1afe0, TopicsHash.Of(["w-b", "w-a", "no-such"], topics));
    }

    private static void AssertConsumer(ConsumerGroup group, string[] row)
    {
        Assert.Equal(row[3], group.State.ToString());
        Assert.Equal(row[4].Split("(memberId=").Length - 1, group.Members.Count);
        foreach (var (_, member) in group.Members)
        {
            Assert.Contains($"memberId={member.MemberId}, groupInstanceId={member.InstanceId.AsString() ?? "null"}, ", row[4], StringComparison.Ordinal);
            Assert.Contains($"rackId={member.RackId.AsString() ?? "null"}, clientId={member.ClientId}, host={member.ClientHost}, ", row[4], StringComparison.Ordinal);
            Assert.Contains($"memberEpoch={member.MemberEpoch}, ", row[4], StringComparison.Ordinal);
            Assert.Equal(4, member.Assigned.Count);
            Assert.True(group.TargetOf(member.MemberId).SetEquals(member.Assigned.Keys));
            Assert.Equal(["w-a", "w-b"], group.TopicsOf(member).Select(topic => topic.ToString()));
        }
    }

    private static IEnumerable<ClassicGroup> GroupsOf(GroupCoordinator coordinator) =>
        coordinator.Partitions.Values.SelectMany(p => p.Groups.Values);

    private static GroupCoordinator Load(string directory)
    {
        var shard = new Shard(new ShardId(0), new ManualClock(), null!, null!, new SeededRandom(1), static () => { });
        var topics = new FixedTopics();
        var coordinator = new GroupCoordinator(
            shard, new GroupConfig(), new RecordingGroupLog(), topics, new FixedSettings(), new BatchCodecs(new BufferPool()));
        shard.Post(() =>
        {
            for (var i = 0; i < PartitionCount; i++)
            {
                coordinator.BeginLoad(i);
                coordinator.Replay(i, GoldenFiles.Bytes($"{directory}-{i}.log.gz"));
                AddTopics(coordinator.Partitions[i], topics);
                coordinator.EndLoad(i);
            }
        });
        shard.Run(10);
        return coordinator;
    }

    /// <summary>The topics of which offsets are, as they were when Kafka wrote them.</summary>
    private static void AddTopics(GroupPartition partition, FixedTopics topics)
    {
        foreach (var (topic, partitions) in partition.Groups.Values.SelectMany(group => group.Offsets.Topics))
        {
            topics.Add(topic.ToString(), partitions.Count, partitions.Values.First().TopicId);
        }
    }
}
