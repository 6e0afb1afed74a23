using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Simulator.Clients;

namespace Deterministic.Simulator.Tests.Clients;

/// <summary>What the broker is asked for in a session that goes on; it forgets after it has added.</summary>
public sealed class ConsumerSessionTests
{
    private static readonly Uuid s_id = new(1, 2);

    private readonly ConsumerSession _session = new(isUsed: true);

    /// <summary>A rebalance takes a partition away and gives it back, as another object and further back.</summary>
    [Fact]
    public void A_partition_that_came_back_is_asked_for_and_not_forgotten()
    {
        Begin(PartitionAt(5));
        var request = Next(PartitionAt(0));
        Assert.Equal(0, request.Topics[0].Partitions[0].FetchOffset);
        Assert.Equal(0, request.ForgottenTopicsData.Count);
    }

    [Fact]
    public void A_partition_that_is_where_it_was_is_not_named()
    {
        var partition = PartitionAt(5);
        Begin(partition);
        var request = Next(partition);
        Assert.Equal(0, request.Topics.Count);
        Assert.Equal(0, request.ForgottenTopicsData.Count);
    }

    [Fact]
    public void A_partition_that_went_is_forgotten()
    {
        Begin(PartitionAt(5, number: 3));
        var forgotten = Next(PartitionAt(0)).ForgottenTopicsData;
        Assert.Equal(1, forgotten.Count);
        Assert.Equal(s_id, forgotten[0].TopicId);
        Assert.Equal([3], forgotten[0].Partitions.ToArray());
    }

    /// <summary>By name both are the same partition to the broker; by id the old one has to go.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void The_old_log_of_a_topic_that_was_created_again_is_forgotten_by_its_id(bool namesIds, int forgotten)
    {
        var partition = PartitionAt(5);
        Begin(partition);
        partition.TopicId = new Uuid(3, 4);
        var request = Next(partition, namesIds);
        Assert.Equal(partition.TopicId, request.Topics[0].TopicId);
        Assert.Equal(forgotten, request.ForgottenTopicsData.Count);
    }

    private static ConsumedPartition PartitionAt(long position, int number = 0) =>
        new("topic", 0, number, new LogKey("topic", number), s_id) { Position = position };

    private void Begin(ConsumedPartition partition)
    {
        Next(partition);
        _session.OnAnswer(sessionId: 7);
    }

    private FetchRequest Next(ConsumedPartition partition, bool namesIds = true)
    {
        var request = new FetchRequest();
        _session.Fill(ref request, [partition], partitionMaxBytes: 1024, namesIds, static _ => 0);
        return request;
    }
}
