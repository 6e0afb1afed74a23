using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Tests.Broker;

/// <summary>CreatePartitions: new partitions work at once, and the old ones keep what they have.</summary>
public sealed class CreatePartitionsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void New_partitions_serve_and_are_there_after_a_crash(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        client.Produce("orders", 1, "old");
        Assert.Equal(0, client.CreatePartitions("orders", 5).ErrorCode);
        for (var partition = 2; partition < 5; partition++)
        {
            Assert.Equal(0, client.Produce("orders", partition, "new" + partition).ErrorCode);
        }

        broker.CrashAndRestart();
        client = broker.Connect();
        Assert.Equal(["old"], client.ReadAll("orders", 1));
        for (var partition = 2; partition < 5; partition++)
        {
            Assert.Equal(["new" + partition], client.ReadAll("orders", partition));
        }

        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, client.Produce("orders", 5, "x").ErrorCode);
    }

    [Fact]
    public void Validation_changes_nothing()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        Assert.Equal(0, client.CreatePartitions("orders", 5, validateOnly: true).ErrorCode);
        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, client.Produce("orders", 2, "x").ErrorCode);
    }

    [Fact]
    public void A_manual_assignment_must_fit()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        Assert.Equal((short)ErrorCode.InvalidReplicaAssignment, client.CreatePartitions("orders", 2, false, [[1], [1]]).ErrorCode);
        Assert.Equal((short)ErrorCode.InvalidReplicaAssignment, client.CreatePartitions("orders", 2, false, [[1, 1]]).ErrorCode);
        Assert.Equal((short)ErrorCode.InvalidReplicaAssignment, client.CreatePartitions("orders", 2, false, [[]]).ErrorCode);
        Assert.Equal(0, client.CreatePartitions("orders", 2, false, [[1]]).ErrorCode);
    }

    [Fact]
    public void More_than_one_request_may_make_is_refused_and_nothing_is_made()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        Assert.Equal((short)ErrorCode.PolicyViolation, client.CreatePartitions("orders", 20_000).ErrorCode);
        Assert.Equal((short)ErrorCode.PolicyViolation, client.CreatePartitions("orders", int.MaxValue).ErrorCode);
        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, client.Produce("orders", 1, "x").ErrorCode);
        var request = new CreatePartitionsRequest { TimeoutMs = 0 };
        request.Topics.Add(new CreatePartitionsRequest.CreatePartitionsTopic { Name = "orders", Count = 2 });
        Assert.Equal((short)ErrorCode.RequestTimedOut, client.Ask<CreatePartitionsRequest, CreatePartitionsResponse>(3, request).Results[0].ErrorCode);
    }
}
