using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>What a broker says of producers, of the quorum and of offsets.</summary>
public sealed class DescriptionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Producers_are_described_by_their_last_batch(int shards)
    {
        var broker = TestBroker.Started(shards);
        broker.CreateTopic("orders", 2);
        var client = broker.Connect();
        var records = ClientVerbs.Batch(7, 3, 40, "a", "b", "c");
        var produced = client.Ask<ProduceRequest, ProduceResponse>(ClientVerbs.ProduceVersion, ClientVerbs.Produce("orders", 1, records));
        Assert.Equal(0, produced.Responses[0].PartitionResponses[0].ErrorCode);
        client.Produce("orders", 1, "no producer id");
        var asked = new DescribeProducersRequest.TopicRequest { Name = "orders", PartitionIndexes = Seq<int>.Of(0, 1, 2) };
        var request = new DescribeProducersRequest();
        request.Topics.Add(asked);
        var partitions = client.Ask<DescribeProducersRequest, DescribeProducersResponse>(0, request).Topics[0].Partitions;
        Assert.Equal(0, partitions[0].ActiveProducers.Count);
        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, partitions[2].ErrorCode);
        var producer = Assert.Single(partitions[1].ActiveProducers.ToArray());
        Assert.Equal((7L, 3, 42, 1_795_420_000_000), (producer.ProducerId, producer.ProducerEpoch, producer.LastSequence, producer.LastTimestamp));
        Assert.Equal((-1, -1L), (producer.CoordinatorEpoch, producer.CurrentTxnStartOffset));
    }

    [Fact]
    public void The_quorum_is_described_up_to_its_high_watermark()
    {
        var broker = TestBroker.Started(2);
        broker.CreateTopic("orders");
        var topic = new DescribeQuorumRequest.TopicData { TopicName = "__cluster_metadata" };
        topic.Partitions.Add(default);
        var request = new DescribeQuorumRequest();
        request.Topics.Add(topic);
        var response = broker.Connect().Ask<DescribeQuorumRequest, DescribeQuorumResponse>(2, request);
        var partition = response.Topics[0].Partitions[0];
        var voter = Assert.Single(partition.CurrentVoters.ToArray());
        Assert.Equal((1, 1, 1), (partition.LeaderId, partition.LeaderEpoch, voter.ReplicaId));
        Assert.Equal(broker.Node.Shards[0].Image.Offset + 1, partition.HighWatermark);
        Assert.Equal(partition.HighWatermark, voter.LogEndOffset);
        Assert.False(voter.ReplicaDirectoryId.IsZero);
        Assert.Equal("CONTROLLER localhost:9093", string.Join(' ', response.Nodes[0].Listeners.ToArray().Select(l => $"{l.Name} {l.Host}:{l.Port}")));
    }

    [Fact]
    public void An_empty_log_begins_and_ends_in_the_epoch_of_its_leader()
    {
        var broker = TestBroker.Started();
        broker.CreateTopic("orders");
        var client = broker.Connect();
        foreach (var timestamp in (long[])[-1, -2, -4])
        {
            var topic = new ListOffsetsRequest.ListOffsetsTopic { Name = "orders" };
            topic.Partitions.Add(new ListOffsetsRequest.ListOffsetsPartition { CurrentLeaderEpoch = -1, Timestamp = timestamp });
            var request = new ListOffsetsRequest { ReplicaId = -1 };
            request.Topics.Add(topic);
            var answer = client.Ask<ListOffsetsRequest, ListOffsetsResponse>(11, request).Topics[0].Partitions[0];
            Assert.Equal((0L, 0), (answer.Offset, answer.LeaderEpoch));
        }
    }

    [Fact]
    public void Features_that_change_are_told_to_clients_at_once()
    {
        var broker = TestBroker.Started(3);
        var client = broker.Connect();
        var request = new UpdateFeaturesRequest();
        request.FeatureUpdates.Add(new UpdateFeaturesRequest.FeatureUpdateKey { Feature = "group.version", MaxVersionLevel = 0, UpgradeType = 2 });
        Assert.Equal(0, client.Ask<UpdateFeaturesRequest, UpdateFeaturesResponse>(2, request).ErrorCode);
        for (var i = 0; i < 3; i++)
        {
            var response = broker.Connect().Ask<ApiVersionsRequest, ApiVersionsResponse>(
                4, new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" });
            Assert.DoesNotContain(response.FinalizedFeatures.ToArray(), feature => feature.Name.ToString() == "group.version");
        }
    }
}
