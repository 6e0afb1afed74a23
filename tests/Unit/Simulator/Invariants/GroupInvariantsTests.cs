using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;
using Deterministic.Server.Groups;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Invariants;

/// <summary>The invariants of groups: each holds through crashes, and each finds what is broken on purpose.</summary>
public sealed class GroupInvariantsTests
{
    private const string OffsetsTopic = "__consumer_offsets";

    [Theory]
    [InlineData(ProcessEnd.Kill)]
    [InlineData(ProcessEnd.PowerLoss)]
    public void CommittedOffsetsSurviveCrashes(ProcessEnd end)
    {
        var broker = WithCommit(5);
        broker.Inspect();
        broker.Restart(end);
        broker.Run();
        Assert.Equal(5, Group(broker).Offsets.Topics["orders"][0].Offset);
        Commit(broker, 7);
        broker.Inspect();
        broker.StopAndStart();
        broker.Inspect();
        Assert.Equal(7, Group(broker).Offsets.Topics["orders"][0].Offset);
    }

    [Fact]
    public void AnOffsetThatTheLogDoesNotSayIsFound()
    {
        var broker = WithCommit(5);
        Group(broker).Offsets.Set("orders", 0, Group(broker).Offsets.Topics["orders"][0] with { Offset = 6 });
        Assert.Contains("orders-0", broker.Violation("groups-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOffsetThatGoesWithoutReasonIsFound()
    {
        var broker = WithCommit(5);
        broker.Inspect();
        var group = Group(broker);
        broker.On(broker.ShardOf(broker.Partition(OffsetsTopic)), () => group.Partition.Append(
            group, [GroupRecords.OffsetTombstone("g", "orders", 0)], static _ => { }));
        broker.Run();
        Assert.Contains("is gone", broker.Violation("committed-offsets-stay").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACommitThatIsAnsweredAndNotKnownIsFound()
    {
        var broker = WithCommit(5);
        broker.Set.OnCommitted(broker.Broker, "g", "orders", 0);
        broker.AssertSound();
        broker.Set.OnCommitted(broker.Broker, "g", "orders", 1);
        Assert.Equal("committed-offsets-stay", broker.World.Violation?.Invariant);
    }

    [Fact]
    public void AnOffsetOfATopicThatIsGoneIsFound()
    {
        var broker = WithCommit(5);
        broker.Set.AtEnd(broker.Broker);
        broker.AssertSound();
        var known = Group(broker).Offsets.Topics["orders"][0];
        Group(broker).Offsets.Set("orders", 0, known with { TopicId = new Protocol.Uuid(1, 2) });
        broker.Set.AtEnd(broker.Broker);
        Assert.NotNull(broker.World.Violation);
    }

    [Fact]
    public void AnAssignmentThatARestartWouldNotBringBackIsFound()
    {
        var broker = WithCommit(5);
        Store(broker, generation: 1);
        broker.Set.OnAssigned(broker.Broker);
        broker.AssertSound();
        Group(broker).Stored = new GroupMetadataValue { ProtocolType = "consumer", Generation = 2, Protocol = "range" };
        broker.Set.OnAssigned(broker.Broker);
        Assert.Equal("groups-match-log", broker.World.Violation?.Invariant);
    }

    [Fact]
    public void TheOffsetsOfADeletedTopicMayGo()
    {
        var broker = WithCommit(5);
        broker.Inspect();
        broker.DeleteTopic("orders");
        broker.Inspect();
        Assert.False(Group(broker, orNull: true)?.Offsets.Topics.ContainsKey("orders") ?? false);
    }

    [Fact]
    public void AGenerationThatFallsIsFound()
    {
        var broker = WithCommit(5);
        Group(broker).GenerationId = 3;
        broker.Inspect();
        Group(broker).GenerationId = 2;
        Assert.Contains("generation 3", broker.Violation("group-generations-rise").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStoredGenerationThatFallsIsFound()
    {
        var broker = WithCommit(5);
        Store(broker, generation: 4);
        broker.Inspect();
        var violation = Assert.Throws<ViolationException>(() =>
        {
            Store(broker, generation: 3);
            Commit(broker, 8);
        });
        Assert.Equal("group-generations-rise", violation.Invariant);
    }

    [Fact]
    public void AMemberCountThatDoesNotFitIsFound()
    {
        var broker = WithCommit(5);
        Group(broker).AwaitingJoinCount = 1;
        Assert.Contains("wait for the join", broker.Violation("groups-sound").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APartitionWithTwoOwnersIsFound()
    {
        var broker = WithCommit(5);
        Store(broker, generation: 1, "a", "b");
        broker.Restart(ProcessEnd.Kill);
        broker.Run();
        Assert.Equal(ClassicGroupState.Stable, Group(broker).State);
        Assert.Contains("orders-0 is owned by", broker.Violation("groups-sound").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APartitionInTheHandsOfTwoMembersIsFound()
    {
        var broker = WithMember();
        broker.Inspect();
        var group = Group(broker, name: "k");
        Write(broker, ConsumerRecords.Assignment("k", group.Consumer!.Member("a")! with { MemberId = "b" }));
        Assert.Contains("in the hands of", broker.Violation("groups-sound").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMemberAheadOfItsGroupIsFound()
    {
        var broker = WithMember();
        var group = Group(broker, name: "k");
        Write(broker, ConsumerRecords.Assignment("k", group.Consumer!.Member("a")! with { MemberEpoch = 7 }));
        Assert.Contains("ahead of the group", broker.Violation("groups-sound").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATargetThatForgetsAPartitionIsFound()
    {
        var broker = WithMember();
        Write(broker, ConsumerRecords.TargetMember("k", "a", []));
        Assert.Contains("to nobody", broker.Violation("groups-sound").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMemberWithoutASessionIsFound()
    {
        var broker = WithMember();
        Group(broker, name: "k").Timers.Clear();
        Assert.Contains("no session", broker.Violation("groups-sound").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEpochThatFallsIsFound()
    {
        var broker = WithMember();
        broker.Inspect();
        var violation = Assert.Throws<ViolationException>(() =>
        {
            Write(broker, ConsumerRecords.GroupEpoch("k", 1, 0));
            Commit(broker, 8);
        });
        Assert.Contains("went from epoch 2 to 1", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEpochThatTheLogDoesNotSayIsFound()
    {
        var broker = WithMember();
        broker.Inspect();
        var group = Group(broker, name: "k");
        group.Consumer = group.Consumer! with { GroupEpoch = 3 };
        Assert.Contains("the log says", broker.Violation("groups-match-log").Message, StringComparison.Ordinal);
    }

    private static void Write(WatchedBroker broker, GroupRecord record)
    {
        var group = Group(broker, name: "k");
        broker.On(broker.ShardOf(broker.Partition(OffsetsTopic)), () => group.Partition.Append(group, [record], static _ => { }));
        broker.Run();
    }

    /// <summary>The group k of the consumer protocol, whose member a has orders.</summary>
    private static WatchedBroker WithMember()
    {
        var broker = WithCommit(5);
        var error = short.MaxValue;
        var shard = broker.ShardOf(broker.Partition(OffsetsTopic));
        var request = new ConsumerGroupHeartbeatRequest
        {
            GroupId = "k", MemberId = "a", RebalanceTimeoutMs = 1000, SubscribedTopicNames = Seq<Text>.Of("orders"), TopicPartitions = default,
        };
        broker.On(shard, () => broker.Broker.Broker!.Shards[shard].Groups.ConsumerHeartbeat(
            0, request, new GroupClient("c", "/1", 1), answer => error = answer.ErrorCode));
        broker.Run();
        Assert.Equal(0, error);
        return broker;
    }

    private static WatchedBroker WithCommit(long offset)
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        broker.CreateTopic(OffsetsTopic, ("cleanup.policy", "compact"));
        Commit(broker, offset);
        return broker;
    }

    private static void Commit(WatchedBroker broker, long offset)
    {
        var request = new OffsetCommitRequest { GroupId = "g", GenerationIdOrMemberEpoch = -1 };
        var topic = new OffsetCommitRequest.OffsetCommitRequestTopic { Name = "orders" };
        topic.Partitions.Add(new OffsetCommitRequest.OffsetCommitRequestPartition { CommittedOffset = offset });
        request.Topics.Add(topic);
        var error = short.MaxValue;
        var shard = broker.ShardOf(broker.Partition(OffsetsTopic));
        broker.On(shard, () => broker.Broker.Broker!.Shards[shard].Groups.CommitOffsets(
            0, request, new GroupClient("c", "/1", 8), answer => error = answer.Topics[0].Partitions[0].ErrorCode));
        broker.Run();
        Assert.Equal(0, error);
    }

    private static ClassicGroup Group(WatchedBroker broker, bool orNull = false, string name = "g")
    {
        var shard = broker.ShardOf(broker.Partition(OffsetsTopic));
        var group = broker.Broker.Broker!.Shards[shard].Groups.Partitions[0].Find(name);
        Assert.True(orNull || group is not null, "there is no group");
        return group!;
    }

    /// <summary>Writes a record of the group, whose members all own the first partition of orders.</summary>
    private static void Store(WatchedBroker broker, int generation, params string[] members)
    {
        var value = new GroupMetadataValue { ProtocolType = "consumer", Generation = generation, Protocol = "range", Leader = members.FirstOrDefault() };
        foreach (var member in members)
        {
            // Version 0, one topic: orders with partition 0, no user data.
            byte[] assignment = [0, 0, 0, 0, 0, 1, 0, 6, .. "orders"u8, 0, 0, 0, 1, 0, 0, 0, 0, 255, 255, 255, 255];
            value.Members.Add(new GroupMetadataValue.MemberMetadata
            {
                MemberId = member,
                ClientId = "c",
                ClientHost = "/1",
                SessionTimeout = 60_000,
                RebalanceTimeout = 60_000,
                Subscription = Blob.Empty,
                Assignment = new Blob(assignment),
            });
        }

        var group = Group(broker);
        broker.On(broker.ShardOf(broker.Partition(OffsetsTopic)), () => group.Partition.Append(
            group, [GroupRecords.GroupMetadata("g", value)], static _ => { }));
        broker.Run();
    }
}
