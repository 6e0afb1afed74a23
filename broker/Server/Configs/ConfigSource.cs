namespace Deterministic.Server.Configs;

/// <summary>Where a value comes from, numbered as DescribeConfigs writes it.</summary>
public enum ConfigSource : sbyte
{
    DynamicTopic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
    DynamicBrokerLogger = 6,
    ClientMetrics = 7,
    Group = 8,
}
