using Deterministic.Server.Groups;

namespace Deterministic.Server.Tests.Groups;

public class JavaHashTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("a", 97)]
    [InlineData("hello", 99162322)]
    [InlineData("console-consumer-12345", 158455506)]
    [InlineData("grüße", 98768023)]
    [InlineData("日本語", 25921943)]
    [InlineData("\U0001F600group", -1231696132)]
    [InlineData("polygenelubricants", int.MinValue)]
    public void The_hash_is_that_of_Java(string text, int hash) => Assert.Equal(hash, JavaHash.Of(text));

    [Theory]
    [InlineData("polygenelubricants", 50, 0)]
    [InlineData("hello", 50, 22)]
    [InlineData("a", 50, 47)]
    [InlineData("console-consumer-12345", 50, 6)]
    [InlineData("zzzzzz", 50, 14)]
    [InlineData("negative-group-1", 50, 49)]
    [InlineData("\U0001F600group", 50, 32)]
    [InlineData("", 50, 0)]
    public void The_partition_is_the_absolute_hash_modulo_the_partitions(string group, int partitionCount, int partition) =>
        Assert.Equal(partition, JavaHash.PartitionOf(group, partitionCount));
}
