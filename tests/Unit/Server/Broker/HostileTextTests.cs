using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Texts that new requests carry and old answers and stored records cannot: they cost their sender, never the broker.</summary>
public sealed class HostileTextTests
{
    private const int TooLong = 100_000;

    [Fact]
    public void A_group_id_that_cannot_be_stored_is_refused()
    {
        var broker = WithGroups();
        var client = broker.Connect();
        var commit = Commit(new string('g', TooLong), "");
        var committed = client.Ask<OffsetCommitRequest, OffsetCommitResponse>(9, commit);
        Assert.Equal((short)ErrorCode.InvalidGroupId, committed.Topics[0].Partitions[0].ErrorCode);
        var joined = client.Ask<JoinGroupRequest, JoinGroupResponse>(9, Join(new string('g', TooLong), "i"));
        Assert.Equal((short)ErrorCode.InvalidGroupId, joined.ErrorCode);
        AssertServes(broker);
    }

    [Theory]
    [InlineData(TooLong, 1, 1)]
    [InlineData(1, TooLong, 1)]
    [InlineData(1, 1, TooLong)]
    [InlineData(short.MaxValue, 1, 1)]
    public void A_member_whose_names_cannot_be_stored_is_refused(int instanceBytes, int typeBytes, int protocolBytes)
    {
        var broker = WithGroups();
        var request = Join("g", new string('i', instanceBytes), new string('t', typeBytes), new string('p', protocolBytes));
        var joined = broker.Connect().Ask<JoinGroupRequest, JoinGroupResponse>(9, request);
        Assert.Equal((short)ErrorCode.InvalidRequest, joined.ErrorCode);
        AssertServes(broker);
    }

    [Fact]
    public void A_client_id_that_leaves_no_room_for_a_member_id_is_refused()
    {
        var broker = WithGroups();
        var client = broker.Connect();
        client.Connection.Send(TestClient.Frame<JoinGroupRequest>(3, Join("g", null), 7, new string('c', short.MaxValue)));
        broker.Settle();
        var joined = client.Take<JoinGroupRequest, JoinGroupResponse>(3, 7);
        Assert.Equal((short)ErrorCode.InvalidRequest, joined.ErrorCode);
        AssertServes(broker);
    }

    [Fact]
    public void An_error_message_that_does_not_fit_an_old_answer_closes_the_connection_that_asked()
    {
        var broker = WithGroups();
        var client = broker.Connect();
        var request = new CreateTopicsRequest { TimeoutMs = 1000 };
        request.Topics.Add(new CreateTopicsRequest.CreatableTopic
        {
            Name = new string('x', short.MaxValue), NumPartitions = 1, ReplicationFactor = 1,
        });
        client.Send(2, request);
        broker.Settle();
        Assert.True(client.IsClosed);
        Assert.True(broker.Log.Has("the answer to CreateTopics v2 cannot be written: ErrorMessage has"));
        AssertServes(broker);
    }

    [Fact]
    public void A_resource_that_is_described_twice_is_answered_once()
    {
        var broker = WithGroups();
        var client = broker.Connect();
        var request = new DescribeConfigsRequest();
        for (var i = 0; i < 1000; i++)
        {
            request.Resources.Add(new DescribeConfigsRequest.DescribeConfigsResource
            {
                ResourceType = 2, ResourceName = "orders", ConfigurationKeys = Seq<Text>.Null,
            });
        }

        Assert.Equal(1, client.Ask<DescribeConfigsRequest, DescribeConfigsResponse>(4, request).Results.Count);
        var groups = new DescribeGroupsRequest();
        groups.Groups.Add("g");
        groups.Groups.Add("g");
        Assert.Equal(1, client.Ask<DescribeGroupsRequest, DescribeGroupsResponse>(5, groups).Groups.Count);
    }

    private static TestBroker WithGroups()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders", 1);
        broker.Connect().Ask<FindCoordinatorRequest, FindCoordinatorResponse>(0, new FindCoordinatorRequest { Key = "g" }, waitMs: 1000);
        broker.Advance(1000);
        return broker;
    }

    private static void AssertServes(TestBroker broker)
    {
        Assert.Null(broker.Fatal);
        Assert.Equal(0, broker.Connect().Produce("orders", 0, "still here").ErrorCode);
        var committed = broker.Connect().Ask<OffsetCommitRequest, OffsetCommitResponse>(9, Commit("good", "note"));
        Assert.Equal(0, committed.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(0, broker.Connect().Ask<ListGroupsRequest, ListGroupsResponse>(0, new ListGroupsRequest()).ErrorCode);
    }

    private static OffsetCommitRequest Commit(string group, string metadata)
    {
        var request = new OffsetCommitRequest { GroupId = group, GenerationIdOrMemberEpoch = -1, MemberId = "", GroupInstanceId = Text.Null };
        var topic = new OffsetCommitRequest.OffsetCommitRequestTopic { Name = "orders" };
        topic.Partitions.Add(new OffsetCommitRequest.OffsetCommitRequestPartition
        {
            CommittedOffset = 5, CommittedLeaderEpoch = -1, CommittedMetadata = metadata,
        });
        request.Topics.Add(topic);
        return request;
    }

    private static JoinGroupRequest Join(string group, string? instanceId, string type = "consumer", string protocol = "range")
    {
        var request = new JoinGroupRequest
        {
            GroupId = group,
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 10_000,
            MemberId = "",
            GroupInstanceId = instanceId,
            ProtocolType = type,
            Reason = Text.Null,
        };
        request.Protocols.Add(new JoinGroupRequest.JoinGroupRequestProtocol { Name = protocol, Metadata = new Blob("m"u8.ToArray()) });
        return request;
    }
}
