using Deterministic.Protocol;

namespace Deterministic.Storage.Tests;

public class PartitionDirectoryNameTests
{
    private const int NameBytesMax = 255;
    private static readonly string s_unique = new('a', 32);
    private static readonly TopicPartition s_long = new(new string('t', 249), 3);

    [Fact]
    public void What_is_out_of_use_gets_a_name_of_its_own_that_a_file_system_takes()
    {
        Assert.Equal($"orders-3.{s_unique}-stray", PartitionDirectoryName.ForStray(new TopicPartition("orders", 3), s_unique));
        Assert.Equal($"orders-3.{s_unique}-delete", PartitionDirectoryName.ForDeletion(new TopicPartition("orders", 3), s_unique));
        Assert.Equal(NameBytesMax, PartitionDirectoryName.ForStray(s_long, s_unique).Length);
        Assert.Equal(NameBytesMax, PartitionDirectoryName.ForDeletion(s_long, s_unique).Length);
    }

    [Fact]
    public void The_name_of_a_future_replica_says_whose_it_is_or_there_is_none()
    {
        var name = PartitionDirectoryName.ForFuture(new TopicPartition("a.b-c", 12), s_unique);
        Assert.True(PartitionDirectoryName.TryParseFuture(name!, out var partition));
        Assert.Equal(new TopicPartition("a.b-c", 12), partition);
        Assert.Null(PartitionDirectoryName.ForFuture(s_long, s_unique));
        Assert.False(PartitionDirectoryName.TryParseFuture("orders-3", out _));
        Assert.False(PartitionDirectoryName.TryParseFuture($"orders-3.{s_unique}-delete", out _));
    }
}
