using System.Text;
using Deterministic.Host.Client;

namespace Deterministic.Host.Tests.Client;

public sealed class RangeAssignorTests
{
    [Fact]
    public void The_first_members_get_one_more_when_partitions_do_not_divide_evenly()
    {
        var subscriptions = new Dictionary<string, IReadOnlyList<string>> { ["b"] = ["t"], ["a"] = ["t", "u"], ["c"] = ["t"] };
        var assignment = RangeAssignor.Assign(subscriptions, new Dictionary<string, int> { ["t"] = 5, ["u"] = 2 });
        Assert.Equal("t-0 t-1 u-0 u-1", string.Join(' ', assignment["a"]));
        Assert.Equal("t-2 t-3", string.Join(' ', assignment["b"]));
        Assert.Equal("t-4", string.Join(' ', assignment["c"]));
    }

    [Fact]
    public void More_members_than_partitions_leaves_some_with_none()
    {
        var subscriptions = new Dictionary<string, IReadOnlyList<string>> { ["a"] = ["t"], ["b"] = ["t"] };
        var assignment = RangeAssignor.Assign(subscriptions, new Dictionary<string, int> { ["t"] = 1 });
        Assert.Empty(assignment["b"]);
    }

    // Values of the murmur2 tests of Kafka's clients.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Keys_hash_as_in_the_clients_of_Kafka(string key, int hash) =>
        Assert.Equal(hash, unchecked((int)Murmur2.Hash(Encoding.UTF8.GetBytes(key))));

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:x")]
    [InlineData("")]
    public void A_malformed_bootstrap_server_is_refused(string text) =>
        Assert.Throws<KafkaClientException>(() => BrokerAddress.ParseList(text));
}
