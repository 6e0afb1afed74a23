using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Tests.Broker;

/// <summary>Configurations that change while the broker runs: what is answered, what is shown, and what the broker then does.</summary>
public sealed class AlterConfigsTests
{
    private const sbyte Set = 0;
    private const sbyte Delete = 1;
    private const sbyte Append = 2;
    private const sbyte Subtract = 3;

    private readonly TestBroker _broker = TestBroker.Started(2);

    /// <summary>Answers of Apache Kafka 4.3.1 to the same requests.</summary>
    [Theory]
    [InlineData(2, "nope", "retention.ms", 0, "x", 40, "Invalid value x for configuration retention.ms: Not a number of type LONG")]
    [InlineData(2, "e/none", "retention.ms", 0, "1", 17, "Topic name is invalid: 'e/none' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData(2, "e-a", "min.compaction.lag.ms", 0, "9223372036854775807", 0, null)]
    [InlineData(2, "e-a", "remote.storage.enable", 0, "true", 40, "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.")]
    [InlineData(2, "e-a", "cleanup.policy", 0, "foo", 40, "Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData(2, "e-a", "cleanup.policy", 2, "", 40, "Configuration 'cleanup.policy' values must not be empty.")]
    [InlineData(2, "e-a", "cleanup.policy", 2, null, 42, "Null value not supported for : cleanup.policy")]
    [InlineData(2, "e-a", "retention.ms", 3, "1", 40, "Can't SUBTRACT to key retention.ms because its type is not LIST.")]
    [InlineData(4, "", "listeners", 0, "PLAINTEXT://:1", 42, "Cannot update these configs at default cluster level, broker id must be specified: [listeners]")]
    [InlineData(4, "", "num.partitions", 0, "3", 42, "Cannot update these configs dynamically: [num.partitions]")]
    [InlineData(4, "1", "log.retention.ms", 0, "x", 42, "Invalid value x for configuration log.retention.ms: Not a number of type LONG")]
    [InlineData(4, "1", "foo.bar", 0, "x", 0, null)]
    [InlineData(4, "1", "log.retention.ms", 2, "5", 40, "Config value append is not allowed for config key: log.retention.ms")]
    [InlineData(4, "1", "log.cleanup.policy", 2, "compact", 0, null)]
    [InlineData(4, "1", "log.retention.ms", 1, null, 0, null)]
    [InlineData(4, "1", "min.insync.replicas", 0, "2", 40, "Broker-level min.insync.replicas cannot be altered while ELR is enabled.")]
    [InlineData(4, "", "min.insync.replicas", 1, null, 40, "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.")]
    [InlineData(4, "", "min.insync.replicas", 0, "0", 42, "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1")]
    [InlineData(4, "01", "log.retention.ms", 0, "5", 0, null)]
    [InlineData(8, "1", "root", 1, "", 42, "Removing the log level of the root logger is not allowed")]
    [InlineData(8, "1", "root", 2, "DEBUG", 42, "APPEND operation is not allowed for the BROKER_LOGGER resource")]
    [InlineData(8, "7", "root", 0, "DEBUG", 42, "Unexpected node id. Expected 1, but received 7")]
    [InlineData(16, "", "interval.ms", 0, "1000", 42, "Subscription name can't be empty")]
    [InlineData(16, "m", "interval.ms", 0, "abc", 40, "Invalid value abc for configuration interval.ms: Not a number of type INT")]
    [InlineData(16, "m", "match", 0, "client_id=[", 40, "Illegal client matching pattern: client_id=[")]
    [InlineData(16, "m", "match", 0, "foo=a", 40, "Illegal client matching pattern: foo=a")]
    [InlineData(16, "m", "match", 0, "client_id=a.*,client_software_name=x", 0, null)]
    [InlineData(16, "m", "metrics", 2, "a,b", 40, "Can't APPEND to key metrics because its type is not LIST.")]
    [InlineData(32, "g", "consumer.session.timeout.ms", 0, "50000", 0, null)]
    [InlineData(32, "g", "consumer.heartbeat.interval.ms", 0, "1", 40, "consumer.heartbeat.interval.ms must be greater than or equal to group.consumer.min.heartbeat.interval.ms")]
    [InlineData(32, "g", "consumer.heartbeat.interval.ms", 0, "x", 40, "Invalid value x for configuration consumer.heartbeat.interval.ms: Not a number of type INT")]
    [InlineData(32, "g", "consumer.session.timeout.ms", 0, "5000000", 40, "consumer.session.timeout.ms must be less than or equal to group.consumer.max.session.timeout.ms")]
    [InlineData(32, "g", "share.record.lock.duration.ms", 0, "5000000", 40, "share.record.lock.duration.ms must be less than or equal to group.share.max.record.lock.duration.ms")]
    public void Answers(sbyte type, string name, string key, sbyte operation, string? value, int error, string? message)
    {
        _broker.CreateTopic("e-a", 2);
        var client = _broker.Connect();
        Assert.Equal((error, message), client.Alter(validateOnly: true, type, name, (key, operation, value)));
        Assert.Null(_broker.Fatal);
    }

    [Fact]
    public void Keys_and_resources_are_named_once()
    {
        _broker.CreateTopic("e-a");
        var client = _broker.Connect();
        Assert.Equal((42, "Error due to duplicate config keys"), client.Alter(AdminVerbs.Topic, "e-a", ("retention.ms", Set, null), ("retention.ms", 9, null)));
        Assert.Equal((42, "Null value not supported for : retention.ms, segment.ms"), client.Alter(AdminVerbs.Topic, "e-a", ("retention.ms", Set, null), ("segment.ms", Set, null)));
        Assert.Equal((0, null), client.Alter(AdminVerbs.Topic, "e-a"));
        Assert.Equal((42, "Unknown resource type 8"), client.Replace(AdminVerbs.Logger, "1", ("root", "INFO")));
        Assert.Equal((42, "Error due to duplicate config keys"), client.Replace(AdminVerbs.Topic, "e-a", ("retention.ms", "1"), ("retention.ms", "2")));
        Assert.Equal((40, "Cluster-level min.insync.replicas cannot be removed while ELR is enabled."), client.Replace(AdminVerbs.Broker, "", ("log.retention.ms", "100000")));
    }

    [Fact]
    public void A_topic_setting_is_shown_with_its_source_and_goes_back_when_it_is_deleted()
    {
        _broker.CreateTopic("orders");
        var client = _broker.Connect();
        client.Alter(AdminVerbs.Topic, "orders", ("retention.ms", Set, "1000"), ("cleanup.policy", Append, "compact"));
        Assert.Equal(("1000", 1, "retention.ms=1000/1"), Short(client.Describe(AdminVerbs.Topic, "orders", "retention.ms")));
        Assert.Equal("delete,compact", client.Describe(AdminVerbs.Topic, "orders", "cleanup.policy")!.Value.Value);
        client.Alter(AdminVerbs.Topic, "orders", ("retention.ms", Delete, null), ("cleanup.policy", Subtract, "delete"));
        Assert.Equal(("604800000", 5), (client.Describe(AdminVerbs.Topic, "orders", "retention.ms")!.Value.Value, client.Describe(AdminVerbs.Topic, "orders", "retention.ms")!.Value.Source));
        Assert.Equal("compact", client.Describe(AdminVerbs.Topic, "orders", "cleanup.policy")!.Value.Value);
        client.Replace(AdminVerbs.Topic, "orders", ("segment.ms", "5000"));
        Assert.Equal(("5000", "delete"), (client.Describe(AdminVerbs.Topic, "orders", "segment.ms")!.Value.Value, client.Describe(AdminVerbs.Topic, "orders", "cleanup.policy")!.Value.Value));
    }

    [Fact]
    public void Settings_of_one_broker_go_before_those_of_all_and_before_the_properties()
    {
        _broker.CreateTopic("orders");
        var client = _broker.Connect();
        Assert.Equal((0, null), client.Alter(AdminVerbs.Broker, "", ("log.retention.ms", Set, "7000")));
        Assert.Equal(("7000", 3), Value(client.Describe(AdminVerbs.Topic, "orders", "retention.ms")));
        Assert.Equal((0, null), client.Alter(AdminVerbs.Broker, "1", ("log.retention.ms", Set, "8000")));
        Assert.Equal(("8000", 2), Value(client.Describe(AdminVerbs.Topic, "orders", "retention.ms")));
        Assert.Equal(("8000", 2), Value(client.Describe(AdminVerbs.Broker, "1", "log.retention.ms")));
        Assert.Equal(("7000", 3), Value(client.Describe(AdminVerbs.Broker, "", "log.retention.ms")));
        _broker.Stop();
        _broker.Restart();
        client = _broker.Connect();
        Assert.Equal(("8000", 2), Value(client.Describe(AdminVerbs.Topic, "orders", "retention.ms")));
        client.Alter(AdminVerbs.Broker, "1", ("log.retention.ms", Delete, null));
        client.Alter(AdminVerbs.Broker, "", ("log.retention.ms", Delete, null));
        Assert.Equal("604800000", client.Describe(AdminVerbs.Topic, "orders", "retention.ms")!.Value.Value);
    }

    [Fact]
    public void A_group_is_shown_with_the_defaults_of_the_broker()
    {
        var client = _broker.Connect();
        Assert.Equal(("45000", 5, "group.consumer.session.timeout.ms=45000/5"), Short(client.Describe(AdminVerbs.Group, "g", "consumer.session.timeout.ms")));
        client.Alter(AdminVerbs.Group, "g", ("consumer.session.timeout.ms", Set, "50000"));
        Assert.Equal(
            ("50000", 8, "consumer.session.timeout.ms=50000/8, group.consumer.session.timeout.ms=45000/5"),
            Short(client.Describe(AdminVerbs.Group, "g", "consumer.session.timeout.ms")));
        Assert.Equal(("300000", 5), Value(client.Describe(AdminVerbs.ClientMetrics, "m", "interval.ms")));
        var listed = client.Ask<ListConfigResourcesRequest, ListConfigResourcesResponse>(1, new ListConfigResourcesRequest()).ConfigResources;
        Assert.Equal(["32 g", "8 1", "4 1"], listed.ToArray().Select(resource => $"{resource.ResourceType} {resource.ResourceName}"));
    }

    [Fact]
    public void Secrets_are_never_shown()
    {
        var client = _broker.Connect();
        Assert.Equal((0, null), client.Alter(AdminVerbs.Broker, "1", ("sasl.jaas.config", Set, "secret")));
        var shown = client.Describe(AdminVerbs.Broker, "1", "sasl.jaas.config")!.Value;
        Assert.Null(shown.Value);
        Assert.All(shown.Synonyms, synonym => Assert.DoesNotContain("secret", synonym, StringComparison.Ordinal));
    }

    [Fact]
    public void Retention_acts_on_the_living_log()
    {
        _broker.CreateTopic("orders", 1, ("retention.ms", "-1"));
        var client = _broker.Connect();
        client.Produce("orders", 0, "a");
        _broker.Advance(3_600_000);
        Assert.Equal(0, _broker.Connect().ListOffset("orders", 0, -2));
        _broker.Connect().Alter(AdminVerbs.Topic, "orders", ("retention.ms", Set, "1000"));
        _broker.Advance(600_000);
        Assert.Equal(1, _broker.Connect().ListOffset("orders", 0, -2));
    }

    [Fact]
    public void The_broker_wide_default_acts_on_topics_that_say_nothing()
    {
        _broker.CreateTopic("orders");
        _broker.CreateTopic("kept", 1, ("max.message.bytes", "1000000"));
        var client = _broker.Connect();
        client.Alter(AdminVerbs.Broker, "", ("message.max.bytes", Set, "100"));
        var big = new string('x', 500);
        Assert.Equal((short)ErrorCode.MessageTooLarge, client.Produce("orders", 0, big).ErrorCode);
        Assert.Equal(0, client.Produce("kept", 0, big).ErrorCode);
        client.Alter(AdminVerbs.Broker, "", ("message.max.bytes", Delete, null));
        Assert.Equal(0, client.Produce("orders", 0, big).ErrorCode);
    }

    [Fact]
    public void Min_insync_replicas_acts_at_once()
    {
        _broker.CreateTopic("orders");
        var client = _broker.Connect();
        client.Alter(AdminVerbs.Topic, "orders", ("min.insync.replicas", Set, "2"));
        Assert.Equal((short)ErrorCode.NotEnoughReplicas, client.Produce("orders", 0, "a").ErrorCode);
        client.Alter(AdminVerbs.Topic, "orders", ("min.insync.replicas", Delete, null));
        Assert.Equal(0, client.Produce("orders", 0, "a").ErrorCode);
    }

    [Fact]
    public void The_limit_of_connections_acts_on_the_next_one()
    {
        var client = _broker.Connect();
        client.Alter(AdminVerbs.Broker, "", ("max.connections", Set, "1"));
        var refused = _broker.Connect();
        _broker.Settle();
        Assert.True(refused.IsClosed);
        client.Alter(AdminVerbs.Broker, "", ("max.connections", Set, "10"));
        Assert.Equal(0, _broker.Connect().Ask<ApiVersionsRequest, ApiVersionsResponse>(0, new ApiVersionsRequest()).ErrorCode);
    }

    [Fact]
    public void Validation_changes_nothing()
    {
        _broker.CreateTopic("orders");
        var client = _broker.Connect();
        var offset = _broker.Node.Shards[0].Image.Offset;
        Assert.Equal((0, null), client.Alter(validateOnly: true, AdminVerbs.Topic, "orders", ("retention.ms", Set, "1000")));
        Assert.Equal(offset, _broker.Node.Shards[0].Image.Offset);
    }

    private static (string? Value, int Source) Value((string? Value, int Source, string[] Synonyms)? shown) => (shown!.Value.Value, shown.Value.Source);

    private static (string? Value, int Source, string Synonyms) Short((string? Value, int Source, string[] Synonyms)? shown) =>
        (shown!.Value.Value, shown.Value.Source, string.Join(", ", shown.Value.Synonyms.Where(s => !s.StartsWith("log.", StringComparison.Ordinal))));
}
