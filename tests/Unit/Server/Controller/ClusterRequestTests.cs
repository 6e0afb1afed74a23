using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Tests.Controller;

/// <summary>UpdateFeatures, ElectLeaders, AlterPartitionReassignments, UnregisterBroker: what Apache Kafka 4.3.1 with one node answers, code and words.</summary>
public sealed class ClusterRequestTests
{
    private const string Failed = "The update failed for all features since the following feature had an error: ";

    private readonly ControllerNode _node = new ControllerNode().Format().Start();

    [Theory]
    [InlineData("group.version", 1, 1, null)]
    [InlineData("group.version", 0, 2, null)]
    [InlineData("group.version", 0, 3, null)]
    [InlineData("group.version", 0, 1, "Invalid update version 0 for feature group.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.")]
    [InlineData("group.version", 1, 0, "Invalid update version 1 for feature group.version. The controller does not support the given upgrade type.")]
    [InlineData("transaction.version", 9, 1, "Invalid update version 9 for feature transaction.version. Local controller 1 only supports versions 0-2")]
    [InlineData("transaction.version", -1, 2, "Invalid update version -1 for feature transaction.version. A feature version cannot be less than 0.")]
    [InlineData("metadata.version", 99, 1, "Invalid update version 99 for feature metadata.version. Local controller 1 only supports versions 7-30")]
    [InlineData("metadata.version", 0, 2, "Invalid update version 0 for feature metadata.version. Local controller 1 only supports versions 7-30")]
    [InlineData("metadata.version", 29, 2, "Unsupported metadata.version downgrade from 30 to 29. Refusing to perform the requested downgrade because it might delete metadata information.")]
    [InlineData("metadata.version", 28, 3, "Unsupported metadata.version downgrade from 30 to 28. Unsafe metadata downgrade is not supported in this version.")]
    [InlineData("metadata.version", 30, 1, null)]
    [InlineData("kraft.version", 1, 1, null)]
    [InlineData("no.such", 1, 1, "Invalid update version 1 for feature no.such. Local controller 1 does not support this feature.")]
    public void Features(string name, short level, sbyte type, string? reason)
    {
        var response = Update(validateOnly: true, (name, level, type));
        Assert.Equal(reason is null ? 0 : (short)ErrorCode.InvalidUpdateVersion, response.ErrorCode);
        Assert.Equal(reason is null ? null : Failed + reason, response.ErrorMessage.AsString());
    }

    [Fact]
    public void Levels_change_together_or_not_at_all_and_stay()
    {
        Assert.NotEqual(0, Update(false, ("group.version", 0, 2), ("no.such", 1, 1)).ErrorCode);
        Assert.Equal(1, _node.Image.FeatureLevel(FeatureNames.GroupVersion));
        Update(true, ("group.version", 0, 2));
        Assert.Equal(1, _node.Image.FeatureLevel(FeatureNames.GroupVersion));
        Assert.Equal(0, Update(false, ("group.version", 0, 2), ("transaction.version", 1, 2)).ErrorCode);
        _node.Restart();
        Assert.Equal(0, _node.Image.FeatureLevel(FeatureNames.GroupVersion));
        Assert.Equal(1, _node.Image.FeatureLevel(FeatureNames.TransactionVersion));
        Assert.Equal(0, Update(false, ("group.version", 1, 1)).ErrorCode);
        Assert.Equal(1, _node.Image.FeatureLevel(FeatureNames.GroupVersion));
    }

    [Fact]
    public void Elr_that_is_turned_on_again_knows_the_number_of_the_cluster()
    {
        Update(false, ("eligible.leader.replicas.version", 0, 2));
        var request = new IncrementalAlterConfigsRequest();
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = ConfigResource.Broker, ResourceName = "" };
        resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig { Name = "min.insync.replicas", ConfigOperation = 1 });
        request.Resources.Add(resource);
        var answer = Decide<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(request, ConfigAlteration.Decide);
        Assert.Equal(0, answer.Responses[0].ErrorCode);
        Assert.False(_node.Image.ConfigOf(ConfigResource.DefaultBroker).ContainsKey("min.insync.replicas"));
        Update(false, ("eligible.leader.replicas.version", 1, 1));
        Assert.Equal("1", _node.Image.ConfigOf(ConfigResource.DefaultBroker)["min.insync.replicas"]);
    }

    [Fact]
    public void Elections()
    {
        _node.Create("b-1", 2);
        Assert.Equal("0: b-1=", Elect(0, null));
        Assert.Equal("0: b-1=", Elect(1, null));
        Assert.Equal("0: b-1=0/84 Leader election not needed for topic partition.", Elect(1, [("b-1", [0])]));
        Assert.Equal("0: ", Elect(0, []));
        Assert.Equal("42: b-1=0/42 Unknown election type 7", Elect(7, [("b-1", [0])]));
        Assert.Equal("42: ", Elect(7, null));
        Assert.Equal("0: b-1=99/3 No such partition as b-1-99; nope=0/3 No such topic as nope", Elect(0, [("b-1", [99]), ("nope", [0])]));
    }

    [Fact]
    public void Reassignments()
    {
        _node.Create("b-1", 2);
        var before = _node.Image.Offset;
        Assert.Equal("0 ", Reassign("b-1", 0, [1]));
        Assert.Equal("85 ", Reassign("b-1", 0, null));
        Assert.Equal("39 The manual partition assignment includes the broker 1 more than once.", Reassign("b-1", 0, [1, 1]));
        Assert.Equal("39 The manual partition assignment includes broker 2, but no such broker is registered.", Reassign("b-1", 0, [1, 2], mayChangeFactor: false));
        Assert.Equal("39 The manual partition assignment includes an empty replica list.", Reassign("b-1", 0, []));
        Assert.Equal("3 Unable to find partition b-1:9.", Reassign("b-1", 9, [1]));
        Assert.Equal("3 Unable to find a topic named nope.", Reassign("nope", 0, [1]));
        Assert.Equal(before, _node.Image.Offset);
    }

    [Fact]
    public void A_broker_that_answers_is_not_unregistered()
    {
        Assert.Equal((102, "Broker ID 99 is not currently registered"), Unregister(99));
        Assert.Equal((102, "Broker ID -1 is not currently registered"), Unregister(-1));
        Assert.Equal((int)ErrorCode.InvalidRequest, Unregister(1).Error);
        Assert.NotNull(_node.Image.FindBroker(1));
    }

    private TResponse Decide<TRequest, TResponse>(TRequest request, Decide<TRequest, TResponse> decide)
        where TRequest : struct
        where TResponse : struct => _node.Await(() => _node.Client.DecideAsync(request, decide));

    private UpdateFeaturesResponse Update(bool validateOnly, params (string Name, short Level, sbyte Type)[] updates)
    {
        var request = new UpdateFeaturesRequest { ValidateOnly = validateOnly };
        foreach (var (name, level, type) in updates)
        {
            request.FeatureUpdates.Add(new UpdateFeaturesRequest.FeatureUpdateKey { Feature = name, MaxVersionLevel = level, UpgradeType = type });
        }

        return Decide<UpdateFeaturesRequest, UpdateFeaturesResponse>(request, static (in asked, context) => FeatureUpdate.Decide(asked, 2, context));
    }

    private string Elect(sbyte type, (string Topic, int[] Partitions)[]? asked)
    {
        var request = new ElectLeadersRequest { ElectionType = type, TopicPartitions = asked is null ? Seq<ElectLeadersRequest.ElectedTopic>.Null : default };
        foreach (var (topic, partitions) in asked ?? [])
        {
            request.TopicPartitions.Add(new ElectLeadersRequest.ElectedTopic { Topic = topic, Partitions = Seq<int>.Of(partitions) });
        }

        var response = Decide<ElectLeadersRequest, ElectLeadersResponse>(request, LeaderElection.Decide);
        return $"{response.ErrorCode}: " + string.Join("; ", response.ReplicaElectionResults.ToArray().Select(topic =>
            $"{topic.Topic}={string.Join(',', topic.PartitionResult.ToArray().Select(p => $"{p.PartitionId}/{p.ErrorCode} {p.ErrorMessage}"))}"));
    }

    private string Reassign(string topic, int partition, int[]? replicas, bool mayChangeFactor = true)
    {
        var asked = new AlterPartitionReassignmentsRequest.ReassignableTopic { Name = topic };
        asked.Partitions.Add(new AlterPartitionReassignmentsRequest.ReassignablePartition
        {
            PartitionIndex = partition, Replicas = replicas is null ? Seq<int>.Null : Seq<int>.Of(replicas),
        });
        var request = new AlterPartitionReassignmentsRequest { AllowReplicationFactorChange = mayChangeFactor };
        request.Topics.Add(asked);
        var answer = Decide<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(request, Reassignment.Decide).Responses[0].Partitions[0];
        return $"{answer.ErrorCode} {answer.ErrorMessage}";
    }

    private (int Error, string? Message) Unregister(int brokerId)
    {
        var answer = Decide<UnregisterBrokerRequest, UnregisterBrokerResponse>(new UnregisterBrokerRequest { BrokerId = brokerId }, BrokerRemoval.Decide);
        return (answer.ErrorCode, answer.ErrorMessage.AsString());
    }
}
