using System.Globalization;
using Deterministic.Protocol;
using Deterministic.Server.Configs;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>What the configuration of each kind of resource may be, in Kafka's words. Lives for one request on shard 0.</summary>
internal sealed class ConfigResourceRules(ControllerContext context)
{
    private const string RootLogger = "root";

    /// <summary>Keys that Kafka changes while it runs and this broker only with its next start.</summary>
    private static readonly string[] s_needRestart = ["listeners", "listener.security.protocol.map"];

    private readonly BrokerConfig _config = context.Config;

    /// <summary>The name under which a broker's configuration stands in the metadata; empty for all brokers.</summary>
    /// <exception cref="Refusal">It is no broker that this node can decide for.</exception>
    internal string BrokerName(string name)
    {
        if (name.Length == 0)
        {
            return name;
        }

        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            throw new Refusal(ErrorCode.InvalidRequest, $"Node id must be an integer, but it is: {name}");
        }

        return id == context.Node.NodeId
            ? id.ToString(CultureInfo.InvariantCulture)
            : throw new Refusal(ErrorCode.InvalidRequest, $"Unexpected broker id, expected {context.Node.NodeId}, but received {name}");
    }

    /// <summary>What a key of a list has without a value of its own; null when its values are no lists.</summary>
    internal string? FindList(in ConfigResource resource, string key)
    {
        var kind = resource.Type == ConfigResource.Topic ? ConfigKind.Topic : ConfigKind.Broker;
        if (resource.Type is not (ConfigResource.Topic or ConfigResource.Broker)
            || ConfigCatalog.Find(kind, key) is not { Type: ConfigType.List })
        {
            return null;
        }

        var values = kind == ConfigKind.Broker
            ? _config.Values
            : TopicConfig.Of(MetadataImage.Empty.ConfigOf(resource), _config).Values;
        return values.Find(key) ?? "";
    }

    /// <summary>Checks a resource's configuration as it would be.</summary>
    /// <exception cref="Refusal">It must not be so.</exception>
    internal void Check(in ConfigResource resource, IReadOnlyDictionary<string, string> configs)
    {
        try
        {
            switch (resource.Type)
            {
                case ConfigResource.Topic:
                    CheckTopic(resource.Name, configs);
                    break;
                case ConfigResource.Broker:
                    CheckBroker(resource, configs);
                    break;
                case ConfigResource.ClientMetrics:
                    ClientMetricsRules.Check(resource.Name, configs);
                    break;
                default:
                    GroupConfigRules.Check(resource.Name, configs, _config);
                    break;
            }
        }
        catch (ConfigException e)
        {
            throw new Refusal(ErrorCode.InvalidConfig, e.Message);
        }
    }

    /// <summary>The levels of loggers are the host's, and are set when it starts: none can be changed by name.</summary>
    /// <exception cref="Refusal">Always, when something was asked.</exception>
    internal void RefuseLoggers(string name, IEnumerable<(string Logger, ConfigOperation Operation, string? Level)> changes)
    {
        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            throw new Refusal(ErrorCode.InvalidRequest, $"Node id must be an integer, but it is: {name}");
        }

        if (id != context.Node.NodeId)
        {
            throw new Refusal(ErrorCode.InvalidRequest, $"Unexpected node id. Expected {context.Node.NodeId}, but received {name}");
        }

        foreach (var (logger, operation, _) in changes)
        {
            throw operation is ConfigOperation.Append or ConfigOperation.Subtract
                ? new Refusal(ErrorCode.InvalidRequest, $"{operation.ToString().ToUpperInvariant()} operation is not allowed for the BROKER_LOGGER resource")
                : operation == ConfigOperation.Delete && logger == RootLogger
                    ? new Refusal(ErrorCode.InvalidRequest, "Removing the log level of the root logger is not allowed")
                    : new Refusal(ErrorCode.InvalidConfig, $"Logger {logger} does not exist!");
        }
    }

    private void CheckTopic(string name, IReadOnlyDictionary<string, string> configs)
    {
        if (name.Length == 0)
        {
            throw new Refusal(ErrorCode.InvalidRequest, "Default topic resources are not allowed.");
        }

        if (TopicNames.WhyInvalid(name) is { } reason)
        {
            throw new Refusal(ErrorCode.InvalidTopicException, reason);
        }

        TopicConfig.CheckOverrides(configs.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)), _config);
        if (context.Image.FindTopic(name) is null)
        {
            throw new Refusal(ErrorCode.UnknownTopicOrPartition, $"The topic '{name}' does not exist.");
        }
    }

    private void CheckBroker(in ConfigResource resource, IReadOnlyDictionary<string, string> configs)
    {
        RefuseAny(configs, static key => key.UpdateMode == ConfigUpdateMode.ReadOnly, "Cannot update these configs dynamically");
        RefuseAny(
            configs,
            static key => key.Name.StartsWith("ssl.", StringComparison.Ordinal),
            "These security configs can be dynamically updated only per-listener using the listener prefix");
        try
        {
            foreach (var (name, value) in configs)
            {
                (ConfigCatalog.Find(ConfigKind.Broker, name) ?? ConfigCatalog.Find(ConfigKind.BrokerDynamicOnly, name))?.Parse(value);
            }

            if (resource == ConfigResource.DefaultBroker)
            {
                RefuseAny(
                    configs,
                    static key => key.UpdateMode == ConfigUpdateMode.PerBroker,
                    "Cannot update these configs at default cluster level, broker id must be specified");
            }

            RefuseAny(
                configs,
                static key => s_needRestart.Contains(key.Name, StringComparer.Ordinal),
                "These configs take effect here only with the properties file and a restart");
            var other = resource == ConfigResource.DefaultBroker ? ConfigResource.OfBroker(context.Node.NodeId) : ConfigResource.DefaultBroker;
            var (own, all) = resource == ConfigResource.DefaultBroker
                ? (context.Image.ConfigOf(other), configs)
                : (configs, (IReadOnlyDictionary<string, string>)context.Image.ConfigOf(other));
            _config.WithDynamic(own, all);
        }
        catch (ConfigException e)
        {
            // As Kafka answers it, although the request is well-formed and only the configuration is not.
            throw new Refusal(ErrorCode.InvalidRequest, e.Message);
        }
    }

    private static void RefuseAny(IReadOnlyDictionary<string, string> configs, Predicate<ConfigKey> isRefused, string message)
    {
        var refused = configs.Keys
            .Where(name => ConfigCatalog.Find(ConfigKind.Broker, name) is { } key && isRefused(key))
            .Order(StringComparer.Ordinal).ToArray();
        if (refused.Length > 0)
        {
            throw new Refusal(ErrorCode.InvalidRequest, $"{message}: [{string.Join(", ", refused)}]");
        }
    }
}
