using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Controller;

/// <summary>What Apache Kafka 4.3.1 answers to bad CreateTopics and DeleteTopics requests, code and words.</summary>
public sealed class TopicRequestTests
{
    private readonly ControllerNode _node = new ControllerNode().Format().Start();

    [Theory]
    [InlineData("", 17, "Topic name is invalid: the empty string is not allowed")]
    [InlineData(".", 17, "Topic name is invalid: '.' is not allowed")]
    [InlineData("..", 17, "Topic name is invalid: '..' is not allowed")]
    [InlineData("a/b", 17, "Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("ü", 17, "Topic name is invalid: 'ü' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("e-dot_x", 17, "Topic 'e-dot_x' collides with existing topic: e-dot.x")]
    [InlineData("__cluster_metadata", 42, "Creation of internal topic __cluster_metadata is prohibited.")]
    [InlineData("e-a", 36, "Topic 'e-a' already exists.")]
    [InlineData("E-A", 0, null)]
    public void Names(string name, short error, string? message)
    {
        _node.Create("e-a");
        _node.Create("e-dot.x");
        AssertAnswer(_node.Create(name), error, message);
    }

    [Theory]
    [InlineData(249, 0)]
    [InlineData(250, 17)]
    public void Length_of_names(int length, short error) => Assert.Equal(error, _node.Create(new string('a', length)).ErrorCode);

    [Theory]
    [InlineData(0, 1, 37, "Number of partitions was set to an invalid non-positive value.")]
    [InlineData(-2, 1, 37, "Number of partitions was set to an invalid non-positive value.")]
    [InlineData(-1, 1, 0, null)]
    [InlineData(2_000_000, 1, 44, "Excessively large number of partitions per request.")]
    [InlineData(1, 0, 38, "Replication factor must be larger than 0, or -1 to use the default value.")]
    [InlineData(1, -2, 38, "Replication factor must be larger than 0, or -1 to use the default value.")]
    [InlineData(1, -1, 0, null)]
    [InlineData(1, 5, 38, "Unable to replicate the partition 5 time(s): The target replication factor of 5 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.")]
    public void Counts(int partitions, short replicationFactor, short error, string? message) =>
        AssertAnswer(_node.Create("e-new", partitions, replicationFactor), error, message);

    [Theory]
    [InlineData("no.such", "1", 40, "Unknown topic config name: no.such")]
    [InlineData("retention.ms", "x", 40, "Invalid value x for configuration retention.ms: Not a number of type LONG")]
    [InlineData("retention.ms", null, 40, "Null value not supported for topic configs: retention.ms")]
    [InlineData("segment.bytes", "1048575", 40, "Invalid value 1048575 for configuration segment.bytes: Value must be at least 1048576")]
    [InlineData("cleanup.policy", "nonsense", 40, "Invalid value nonsense for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData("cleanup.policy", "", 0, null)]
    [InlineData("min.insync.replicas", "0", 40, "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1")]
    [InlineData("min.insync.replicas", "9", 0, null)]
    [InlineData("remote.storage.enable", "true", 40, "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.")]
    public void Configs(string key, string? value, short error, string? message) =>
        AssertAnswer(_node.Create("e-new", 1, 1, false, (key, value)), error, message);

    [Theory]
    [InlineData(-1, 1, "0:1", 42, "A manual partition assignment was specified, but replication factor was not set to -1.")]
    [InlineData(2, -1, "0:1", 42, "A manual partition assignment was specified, but numPartitions was not set to -1.")]
    [InlineData(-1, -1, "0:1;2:1", 39, "partitions should be a consecutive 0-based integer sequence")]
    [InlineData(-1, -1, "0:9", 39, "The manual partition assignment includes broker 9, but no such broker is registered.")]
    [InlineData(-1, -1, "0:1,1", 39, "The manual partition assignment includes the broker 1 more than once.")]
    [InlineData(-1, -1, "0:", 39, "The manual partition assignment includes an empty replica list.")]
    [InlineData(-1, -1, "0:1;0:1", 39, "Found multiple manual partition assignments for partition 0")]
    [InlineData(-1, -1, "1:1;0:1", 0, null)]
    public void Assignments(int partitions, short replicationFactor, string assignment, short error, string? message)
    {
        var topic = ControllerNode.Topic("e-new", partitions, replicationFactor);
        foreach (var part in assignment.Split(';'))
        {
            var brokers = part[(part.IndexOf(':', StringComparison.Ordinal) + 1)..];
            topic.Assignments.Add(new CreateTopicsRequest.CreatableReplicaAssignment
            {
                PartitionIndex = part[0] - '0',
                BrokerIds = Seq<int>.Of(brokers.Length == 0 ? [] : brokers.Split(',').Select(int.Parse).ToArray()),
            });
        }

        AssertAnswer(_node.Create(topic).Topics[0], error, message);
    }

    [Fact]
    public void A_name_twice_in_a_request_is_refused_and_the_others_are_made()
    {
        var request = new CreateTopicsRequest
        {
            Topics = Seq<CreateTopicsRequest.CreatableTopic>.Of(
                ControllerNode.Topic("e-twice"), ControllerNode.Topic("e-twice"), ControllerNode.Topic("e-once")),
        };
        var response = _node.Await(() => _node.Client.CreateTopicsAsync(request));

        Assert.Equal(["e-once", "e-twice"], response.Topics.ToArray().Select(topic => topic.Name.ToString()));
        AssertAnswer(response.Topics[0], 0, null);
        AssertAnswer(response.Topics[1], 42, "Duplicate topic name.");
        Assert.Null(_node.Image.FindTopic("e-twice"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Without_time_nothing_is_made(int timeoutMs)
    {
        AssertAnswer(_node.Create(ControllerNode.Topic("e-t0"), timeoutMs: timeoutMs).Topics[0], 7, null);
        Assert.Null(_node.Image.FindTopic("e-t0"));
    }

    [Fact]
    public void Validation_alone_makes_nothing()
    {
        var answer = _node.Create("e-new", 4, 1, validateOnly: true);
        Assert.Equal((0, 4), (answer.ErrorCode, answer.NumPartitions));
        Assert.Null(_node.Image.FindTopic("e-new"));
    }

    [Fact]
    public void Deletions()
    {
        _node.Create("e-a");
        Assert.Equal((3, "This server does not host this topic-partition."), Of(_node.Delete("e-none")));
        Assert.Equal((100, "This server does not host this topic ID."), Of(_node.Delete(null, new Uuid(5, 5))));
        Assert.Equal((42, "Neither topic name nor id were specified."), Of(_node.Delete(null)));
        Assert.Equal((42, "You may not specify both topic name and topic id."), Of(_node.Delete("e-a", new Uuid(5, 5))));
        Assert.Equal((0, null), Of(_node.Delete("e-a")));

        static (int, string?) Of(DeleteTopicsResponse.DeletableTopicResult result) => (result.ErrorCode, result.ErrorMessage.AsString());
    }

    private static void AssertAnswer(in CreateTopicsResponse.CreatableTopicResult answer, short error, string? message)
    {
        Assert.Equal(message, answer.ErrorMessage.AsString());
        Assert.Equal(error, answer.ErrorCode);
    }
}
