using System.Globalization;
using Deterministic.Protocol;
using Deterministic.Server.Configs;

namespace Deterministic.Server.Controller;

/// <summary>What the configuration of a group may be: within the bounds that the brokers set for groups of its kind. Stateless.</summary>
internal static class GroupConfigRules
{
    private static readonly string[] s_kinds = ["consumer", "share", "streams"];

    /// <exception cref="Refusal">It has no name.</exception>
    /// <exception cref="ConfigException">A key is unknown, or a value wrong or out of bounds.</exception>
    internal static void Check(string name, IReadOnlyDictionary<string, string> configs, BrokerConfig broker)
    {
        if (name.Length == 0)
        {
            throw new Refusal(ErrorCode.InvalidRequest, "Default group resources are not allowed.");
        }

        foreach (var key in configs.Keys)
        {
            if (ConfigCatalog.Find(ConfigKind.Group, key) is null)
            {
                throw new ConfigException($"Unknown group config name: {key}");
            }
        }

        var values = ValuesOf(configs, broker);
        foreach (var key in ConfigCatalog.Of(ConfigKind.Group))
        {
            CheckBounds(key, values, broker);
        }

        foreach (var kind in s_kinds)
        {
            if (values.Int($"{kind}.session.timeout.ms") <= values.Int($"{kind}.heartbeat.interval.ms"))
            {
                throw new ConfigException($"{kind}.session.timeout.ms must be greater than {kind}.heartbeat.interval.ms");
            }
        }
    }

    /// <summary>The values of a group with these overrides: what it does not set, the brokers' defaults for its kind set.</summary>
    /// <exception cref="ConfigException">A value is wrong.</exception>
    internal static ConfigValues ValuesOf(IReadOnlyDictionary<string, string> configs, BrokerConfig broker) => new(
        ConfigKind.Group,
        [new ConfigLayer(ConfigSource.Group, configs)],
        key => key.Synonyms.Count > 0 ? broker.Values.Find(key.Synonyms[0].Name) : null);

    private static void CheckBounds(ConfigKey key, ConfigValues values, BrokerConfig broker)
    {
        var dot = key.Name.IndexOf('.', StringComparison.Ordinal);
        var (kind, rest) = (key.Name[..dot], key.Name[(dot + 1)..]);
        if (LimitOf(broker, $"group.{kind}.min.{rest}") is { } min && values.Int(key.Name) < min)
        {
            throw new ConfigException($"{key.Name} must be greater than or equal to group.{kind}.min.{rest}");
        }

        var max = rest == "num.standby.replicas" ? "standby.replicas" : rest;
        if (LimitOf(broker, $"group.{kind}.max.{max}") is { } limit && values.Int(key.Name) > limit)
        {
            throw new ConfigException($"{key.Name} must be less than or equal to group.{kind}.max.{max}");
        }
    }

    private static int? LimitOf(BrokerConfig broker, string key) =>
        ConfigCatalog.Find(ConfigKind.Broker, key) is null ? null : int.Parse(broker.Values.String(key), CultureInfo.InvariantCulture);
}
