using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Several log directories: where partitions go, what is said of them, and what the failure of one takes along.</summary>
public sealed class LogDirsTests
{
    private static readonly (string, string)[] s_two = [("log.dirs", "/d1,/d2")];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Partitions_are_spread_and_described_with_their_sizes(int shards)
    {
        var broker = TestBroker.Started(shards, null, s_two);
        broker.CreateTopic("orders", 4);
        broker.CreateTopic("bills", 2);
        var client = broker.Connect();
        for (var partition = 0; partition < 4; partition++)
        {
            client.Produce("orders", partition, "a");
        }

        var (first, second) = Describe(client);
        Assert.Equal(("/d1", "/d2"), (first.LogDir.ToString(), second.LogDir.ToString()));
        Assert.Equal((3, 3), (PartitionsOf(first).Count, PartitionsOf(second).Count));
        var orders = PartitionsOf(first).Concat(PartitionsOf(second)).Where(partition => partition.Name.StartsWith("orders", StringComparison.Ordinal)).ToList();
        Assert.Equal(["orders-0", "orders-1", "orders-2", "orders-3"], orders.Select(partition => partition.Name).Order(StringComparer.Ordinal));
        Assert.All(orders, partition => Assert.True(partition.Size > 60, $"{partition}"));
        Assert.Equal((0, broker.Disk.CapacityBytes), (first.ErrorCode, first.TotalBytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_directory_that_fails_takes_only_its_own_partitions_along(int shards)
    {
        var broker = TestBroker.Started(shards, null, s_two);
        broker.CreateTopic("orders", 4);
        var client = broker.Connect();
        var inSecond = PartitionsOf(Describe(client).Second).Select(partition => int.Parse(partition.Name.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        var isFailing = true;
        broker.Disk.Fault = (_, path) => isFailing && path.StartsWith("/d2", StringComparison.Ordinal) ? new IOException("the disk is gone") : null;
        for (var partition = 0; partition < 4; partition++)
        {
            var expected = inSecond.Contains(partition) ? ErrorCode.KafkaStorageError : ErrorCode.None;
            Assert.Equal(expected, (ErrorCode)client.Produce("orders", partition, "a").ErrorCode);
        }

        for (var partition = 0; partition < 4; partition++)
        {
            var expected = inSecond.Contains(partition) ? ErrorCode.KafkaStorageError : ErrorCode.None;
            Assert.Equal(expected, (ErrorCode)client.DeleteRecords("orders", partition, 1).ErrorCode);
        }

        var (first, second) = Describe(client);
        Assert.Equal((0, (int)ErrorCode.KafkaStorageError), (first.ErrorCode, second.ErrorCode));
        Assert.Equal((2, 0), (PartitionsOf(first).Count, PartitionsOf(second).Count));
        Assert.Null(broker.Fatal);
        isFailing = false;
        broker.KillAndRestart();
        client = broker.Connect();
        Assert.Equal(2, PartitionsOf(Describe(client).Second).Count);
        for (var partition = 0; partition < 4; partition++)
        {
            Assert.Equal(inSecond.Contains(partition) ? 0 : 1, client.ListOffset("orders", partition, -2));
            Assert.Equal(0, client.Produce("orders", partition, "b").ErrorCode);
        }
    }

    [Fact]
    public void Only_what_is_asked_for_is_described()
    {
        var broker = TestBroker.Started(2, null, s_two);
        broker.CreateTopic("orders", 2);
        broker.CreateTopic("bills", 2);
        var request = new DescribeLogDirsRequest();
        request.Topics.Add(new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = "bills", Partitions = Seq<int>.Of(1, 7) });
        request.Topics.Add(new DescribeLogDirsRequest.DescribableLogDirTopic { Topic = "nope", Partitions = Seq<int>.Of(0) });
        var response = broker.Connect().Ask<DescribeLogDirsRequest, DescribeLogDirsResponse>(4, request);
        Assert.Equal(["bills-1"], response.Results.ToArray().SelectMany(PartitionsOf).Select(partition => partition.Name));
    }

    private static (DescribeLogDirsResponse.DescribeLogDirsResult First, DescribeLogDirsResponse.DescribeLogDirsResult Second) Describe(TestClient client)
    {
        var response = client.Ask<DescribeLogDirsRequest, DescribeLogDirsResponse>(
            4, new DescribeLogDirsRequest { Topics = Seq<DescribeLogDirsRequest.DescribableLogDirTopic>.Null });
        Assert.Equal((0, 2), (response.ErrorCode, response.Results.Count));
        return (response.Results[0], response.Results[1]);
    }

    private static List<(string Name, long Size)> PartitionsOf(DescribeLogDirsResponse.DescribeLogDirsResult directory) =>
        [.. directory.Topics.ToArray().SelectMany(topic => topic.Partitions.ToArray().Select(partition => ($"{topic.Name}-{partition.PartitionIndex}", partition.PartitionSize)))];
}
