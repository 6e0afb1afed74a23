using Deterministic.Server.Configs;

namespace Deterministic.Server.Tests.Configs;

public sealed class BrokerConfigTests
{
    [Fact]
    public void A_node_without_properties_is_broker_and_controller_on_9092()
    {
        var config = Of();
        Assert.Equal(1, config.NodeId);
        Assert.True(config.IsBroker && config.IsController);
        Assert.Equal("PLAINTEXT://localhost:9092", Assert.Single(config.Listeners.Broker).ToString());
        Assert.Equal("CONTROLLER://localhost:9093", Assert.Single(config.Listeners.Controller).ToString());
        Assert.Equal(Durability.Disk, config.LogDurability);
        Assert.Equal(604_800_000, config.LogRetentionMs);
    }

    [Theory]
    [InlineData("log.retention.hours=2", 7_200_000)]
    [InlineData("log.retention.hours=2 log.retention.minutes=3", 180_000)]
    [InlineData("log.retention.hours=2 log.retention.minutes=3 log.retention.ms=4", 4)]
    [InlineData("log.retention.hours=-1", -1)]
    public void Milliseconds_win_over_minutes_and_minutes_over_hours(string properties, long expectedMs)
    {
        var config = Of(properties.Split(' '));
        Assert.Equal(expectedMs, config.LogRetentionMs);
        Assert.Equal(expectedMs, TopicConfig.Of(new Dictionary<string, string>(), config).RetentionMs);
    }

    [Fact]
    public void A_listener_of_every_address_is_advertised_by_the_name_of_the_machine()
    {
        var config = BrokerConfig.Of(Properties("listeners=PLAINTEXT://:9092"), "box.example");
        Assert.Equal("PLAINTEXT://box.example:9092", Assert.Single(config.Listeners.Advertised).ToString());
        Assert.Equal("", config.Listeners.Broker[0].Host);
    }

    [Fact]
    public void The_listener_a_client_came_by_decides_what_it_is_told()
    {
        var config = Of(
            "listeners=INSIDE://:9092,OUTSIDE://:19092", "listener.security.protocol.map=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
            "advertised.listeners=INSIDE://broker:9092,OUTSIDE://localhost:19092", "inter.broker.listener.name=INSIDE");
        Assert.Equal(19092, config.Listeners.AdvertisedFor("OUTSIDE")!.Port);
        Assert.Equal("broker", config.Listeners.AdvertisedFor("INSIDE")!.Host);
    }

    [Theory]
    [InlineData("listeners=PLAINTEXT://localhost:x", "the port x must be a number from 0 to 65535")]
    [InlineData("listeners=PLAINTEXT://localhost:70000", "the port 70000 must be a number")]
    [InlineData("listeners=localhost:9092", "it must be NAME://HOST:PORT")]
    [InlineData("listeners=NOPE://localhost:9092", "No security protocol defined for listener NOPE")]
    [InlineData("listeners=SSL://localhost:9092", "SSL, which this broker does not implement")]
    [InlineData("listeners=PLAINTEXT://a:1,PLAINTEXT://a:2", "Each listener must have a different name")]
    [InlineData("listeners=PLAINTEXT://a:1,CONTROLLER://a:1", "Each listener must have a different port")]
    [InlineData("listeners=PLAINTEXT://0.0.0.0:9092", "nonroutable meta-address 0.0.0.0")]
    [InlineData("advertised.listeners=CONTROLLER://a:9093", "must not contain KRaft controller listeners")]
    [InlineData("listener.security.protocol.map=PLAINTEXT", "must be NAME:PROTOCOL")]
    [InlineData("inter.broker.listener.name=OTHER", "must be a listener name defined in advertised.listeners")]
    [InlineData("process.roles=broker,cook", "Invalid value cook for configuration process.roles: String must be one of: broker, controller")]
    [InlineData("broker.id=7 node.id=8", "You must set `node.id` to the same value as `broker.id`")]
    [InlineData("log.retention.ms=0", "log.retention.ms must be unlimited (-1) or")]
    [InlineData("group.min.session.timeout.ms=9 group.max.session.timeout.ms=8", "must be less than or equal to group.max.session.timeout.ms")]
    [InlineData("num.partitions=0", "Invalid value 0 for configuration num.partitions: Value must be at least 1")]
    [InlineData("log.durability=sometimes", "String must be one of: disk, memory")]
    [InlineData("replica.fetch.wait.max.ms=40000", "replica.lag.time.max.ms")]
    public void A_wrong_or_contradictory_value_is_refused_with_a_reason(string properties, string reason)
    {
        var error = Assert.Throws<ConfigException>(() => Of(properties.Split(' ')));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_takes_its_own_value_before_the_synonym_of_the_node_before_the_default()
    {
        var broker = Of("log.segment.bytes=2000000", "log.roll.hours=2");
        var topic = TopicConfig.Of(new Dictionary<string, string> { ["segment.ms"] = "5" }, broker);
        Assert.Equal(2_000_000, topic.SegmentBytes);
        Assert.Equal(5, topic.SegmentMs);
        Assert.Equal(7_200_000, TopicConfig.Of(new Dictionary<string, string>(), broker).SegmentMs);
        Assert.Equal(1_048_588, topic.MaxMessageBytes);
    }

    // What Apache Kafka 4.3.1 answered with log.retention.ms=-1 in its properties file and nothing set on the topic.
    [Theory]
    [InlineData("retention.ms", "-1", ConfigSource.StaticBroker, "log.retention.ms=-1:StaticBroker log.retention.hours=168:Default")]
    [InlineData("segment.ms", "604800000", ConfigSource.Default, "")]
    [InlineData("segment.jitter.ms", "0", ConfigSource.Default, "")]
    [InlineData("flush.ms", "9223372036854775807", ConfigSource.Default, "")]
    [InlineData("segment.bytes", "1073741824", ConfigSource.Default, "log.segment.bytes=1073741824:Default")]
    [InlineData("cleanup.policy", "delete", ConfigSource.Default, "log.cleanup.policy=delete:Default")]
    [InlineData("remote.storage.enable", "false", ConfigSource.Default, "")]
    [InlineData("min.insync.replicas", "1", ConfigSource.DynamicDefaultBroker, "min.insync.replicas=1:DynamicDefaultBroker min.insync.replicas=1:Default")]
    public void A_topic_is_described_as_Kafka_describes_it(string name, string value, ConfigSource source, string chain)
    {
        var broker = Of("log.retention.ms=-1").WithDynamic(
            new Dictionary<string, string>(), new Dictionary<string, string> { ["min.insync.replicas"] = "1" });
        var described = TopicConfig.Of(new Dictionary<string, string>(), broker).Describe().ToDictionary(entry => entry.Key.Name);
        Assert.Equal(33, described.Count);
        Assert.Equal(value, described[name].Value);
        Assert.Equal(source, described[name].Source);
        Assert.Equal(chain, string.Join(' ', described[name].Synonyms.Select(entry => $"{entry.Name}={entry.Value}:{entry.Source}")));
    }

    [Fact]
    public void A_node_is_described_with_read_only_keys_and_hidden_secrets()
    {
        var described = Of("node.id=7", "ssl.key.password=hunter2").Describe().ToDictionary(entry => entry.Key.Name);
        Assert.Equal(("7", ConfigSource.StaticBroker, true), (described["node.id"].Value, described["node.id"].Source, described["node.id"].IsReadOnly));
        Assert.Null(described["ssl.key.password"].Value);
        Assert.All(described["ssl.key.password"].Synonyms, entry => Assert.Null(entry.Value));
        Assert.False(described["num.io.threads"].IsReadOnly);
    }

    [Theory]
    [InlineData("no.such", "1", "Unknown topic config name: no.such")]
    [InlineData("retention.ms", null, "Null value not supported for topic configs: retention.ms")]
    [InlineData("remote.storage.enable", "true", "Tiered Storage functionality is disabled in the broker.")]
    public void Overrides_of_a_topic_are_checked(string name, string? value, string reason)
    {
        var error = Assert.Throws<ConfigException>(() => TopicConfig.CheckOverrides([new(name, value)], Of()));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static BrokerConfig Of(params string[] properties) => BrokerConfig.Of(Properties(properties));

    private static Dictionary<string, string> Properties(params string[] properties) =>
        properties.Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
