using Deterministic.Server.Configs;

namespace Deterministic.Server.Tests.Configs;

public sealed class ConfigCatalogTests
{
    [Theory]
    [InlineData(ConfigKind.Broker, 363)]
    [InlineData(ConfigKind.BrokerDynamicOnly, 3)]
    [InlineData(ConfigKind.Topic, 34)]
    [InlineData(ConfigKind.Group, 17)]
    [InlineData(ConfigKind.ClientMetrics, 3)]
    public void Every_key_of_Kafka_and_ours_is_there(ConfigKind kind, int count) =>
        Assert.Equal(count, ConfigCatalog.Of(kind).Count);

    [Fact]
    public void Every_default_is_allowed_and_in_canonical_form()
    {
        foreach (var kind in Enum.GetValues<ConfigKind>())
        {
            foreach (var key in ConfigCatalog.Of(kind).Where(key => key.Default is not null))
            {
                Assert.True(key.Default == key.Parse(key.Default!), $"{key.Name}: {key.Default} became {key.Parse(key.Default!)}");
            }
        }
    }

    [Fact]
    public void Every_synonym_of_a_topic_key_is_a_broker_key()
    {
        foreach (var synonym in ConfigCatalog.Of(ConfigKind.Topic).SelectMany(key => key.Synonyms))
        {
            Assert.NotNull(ConfigCatalog.Find(ConfigKind.Broker, synonym.Name));
        }
    }

    [Theory]
    [InlineData("retention.ms", "x", "Invalid value x for configuration retention.ms: Not a number of type LONG")]
    [InlineData("segment.bytes", "1", "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576")]
    [InlineData("min.insync.replicas", "0", "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1")]
    [InlineData(
        "cleanup.policy", "nonsense",
        "Invalid value nonsense for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData(
        "compression.type", "lzma",
        "Invalid value lzma for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer")]
    [InlineData("preallocate", "yes", "Invalid value yes for configuration preallocate: Expected value to be either true or false")]
    [InlineData("min.cleanable.dirty.ratio", "1.5", "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1")]
    [InlineData("segment.bytes", "4294967296", "Invalid value 4294967296 for configuration segment.bytes: Not a number of type INT")]
    [InlineData("compression.gzip.level", "0", "Invalid value 0 for configuration compression.gzip.level: Value must be at least 1 or equal to -1")]
    public void A_bad_value_is_refused_in_the_words_of_Kafka(string name, string value, string message) =>
        Assert.Equal(message, ConfigCatalog.Get(ConfigKind.Topic, name).WhyInvalid(value));

    [Theory]
    [InlineData("cleanup.policy", "")]
    [InlineData("cleanup.policy", "compact,delete")]
    [InlineData("compression.gzip.level", "-1")]
    [InlineData("retention.ms", " -1 ")]
    [InlineData("leader.replication.throttled.replicas", "0:1,1:2")]
    [InlineData("leader.replication.throttled.replicas", "*")]
    public void What_Kafka_allows_is_allowed(string name, string value) =>
        Assert.Null(ConfigCatalog.Get(ConfigKind.Topic, name).WhyInvalid(value));

    [Fact]
    public void A_secret_is_not_shown_in_an_error()
    {
        var key = ConfigCatalog.Get(ConfigKind.Broker, "ssl.key.password");
        Assert.True(key.IsSensitive);
        Assert.DoesNotContain("hunter2", key.Invalid("hunter2", "no").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num.partition", "num.partitions")]
    [InlineData("log.retention.hour", "log.retention.hours")]
    [InlineData("something.else.entirely", null)]
    public void A_misspelt_name_gets_a_suggestion(string name, string? suggestion) =>
        Assert.Equal(suggestion, ConfigCatalog.Suggest(ConfigKind.Broker, name));

    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(1, "1.0")]
    [InlineData(2.147483647E9, "2.147483647E9")]
    [InlineData(double.MaxValue, "1.7976931348623157E308")]
    [InlineData(0.0001, "1.0E-4")]
    [InlineData(-12345678.5, "-1.23456785E7")]
    public void Doubles_are_written_as_Java_writes_them(double value, string text) =>
        Assert.Equal(text, ConfigText.OfDouble(value));
}
