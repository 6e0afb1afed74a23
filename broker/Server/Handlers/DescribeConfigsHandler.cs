using System.Globalization;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Configs;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeConfigs (32): settings of topics and of this node, with where they come from. Lives as long as its shard.</summary>
internal sealed class DescribeConfigsHandler(BrokerShard home, NodeIdentity node)
    : IRequestHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    /// <inheritdoc/>
    public ValueTask<DescribeConfigsResponse> HandleAsync(DescribeConfigsRequest request, RequestContext context)
    {
        var response = new DescribeConfigsResponse();
        var hasUnknownType = false;
        foreach (ref var resource in request.Resources.Span)
        {
            hasUnknownType |= !IsKnownType(resource.ResourceType);
        }

        var answered = new HashSet<(sbyte, Text)>();
        foreach (ref var resource in request.Resources.Span)
        {
            // Named twice, answered once: a small request must not become an answer of gigabytes.
            if (!answered.Add((resource.ResourceType, resource.ResourceName)))
            {
                continue;
            }

            // As Kafka does: one resource of a kind that nobody knows, and nothing is answered.
            response.Results.Add(hasUnknownType
                ? Refuse(resource, ErrorCode.InvalidRequest, ErrorCodes.MessageOf(ErrorCode.InvalidRequest))
                : DescribeResource(resource, request));
        }

        return ValueTask.FromResult(response);
    }

    private static bool IsKnownType(sbyte type) => type is ConfigResource.Topic or ConfigResource.Broker
        or ConfigResource.BrokerLogger or ConfigResource.ClientMetrics or ConfigResource.Group;

    private static DescribeConfigsResponse.DescribeConfigsResult Refuse(
        in DescribeConfigsRequest.DescribeConfigsResource resource, ErrorCode error, string message) => new()
        {
            ErrorCode = (short)error,
            ErrorMessage = Text.Of(message),
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
        };

    private DescribeConfigsResponse.DescribeConfigsResult DescribeResource(
        in DescribeConfigsRequest.DescribeConfigsResource resource, in DescribeConfigsRequest request)
    {
        var name = resource.ResourceName.ToString();
        return resource.ResourceType switch
        {
            ConfigResource.Topic => DescribeTopic(resource, name, request),
            ConfigResource.Broker or ConfigResource.BrokerLogger => DescribeBroker(resource, name, request),
            ConfigResource.Group => name.Length == 0
                ? Refuse(resource, ErrorCode.InvalidRequest, "Group name must not be empty")
                : Result(resource, request, DescribeGroup(new ConfigResource(ConfigResource.Group, name))),
            _ => name.Length == 0
                ? Refuse(resource, ErrorCode.InvalidRequest, "Client metrics subscription name must not be empty")
                : Result(resource, request, DescribeSubscription(new ConfigResource(ConfigResource.ClientMetrics, name))),
        };
    }

    private DescribeConfigsResponse.DescribeConfigsResult DescribeTopic(
        in DescribeConfigsRequest.DescribeConfigsResource resource, string name, in DescribeConfigsRequest request)
    {
        if (TopicNames.WhyInvalid(name) is { } reason)
        {
            return Refuse(resource, ErrorCode.InvalidTopicException, reason);
        }

        if (home.Image.FindTopic(resource.ResourceName) is null)
        {
            return Refuse(resource, ErrorCode.UnknownTopicOrPartition, "");
        }

        var topic = TopicConfig.Of(home.Image.ConfigOf(ConfigResource.OfTopic(name)), home.Config);
        return Result(resource, request, topic.Describe());
    }

    private DescribeConfigsResponse.DescribeConfigsResult DescribeBroker(
        in DescribeConfigsRequest.DescribeConfigsResource resource, string name, in DescribeConfigsRequest request)
    {
        if (name.Length == 0 && resource.ResourceType == ConfigResource.Broker)
        {
            return Result(resource, request, DefaultBroker());
        }

        if (name.Length == 0)
        {
            return Refuse(resource, ErrorCode.InvalidRequest, "Broker id must not be empty");
        }

        if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
        {
            return Refuse(resource, ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {name}");
        }

        if (id != node.NodeId)
        {
            return Refuse(
                resource, ErrorCode.InvalidRequest,
                $"Unexpected broker id, expected {node.NodeId} or empty string, but received {name}");
        }

        return Result(resource, request, resource.ResourceType == ConfigResource.Broker ? home.Config.Describe() : []);
    }

    /// <summary>Of all brokers only what was set is shown.</summary>
    private IEnumerable<ConfigDescription> DefaultBroker()
    {
        foreach (var (name, value) in home.Image.ConfigOf(ConfigResource.DefaultBroker))
        {
            if ((ConfigCatalog.Find(ConfigKind.Broker, name) ?? ConfigCatalog.Find(ConfigKind.BrokerDynamicOnly, name)) is { } key)
            {
                var shown = key.IsSensitive ? null : value;
                yield return new ConfigDescription(
                    key, shown, ConfigSource.DynamicDefaultBroker, IsReadOnly: false,
                    [new ConfigSynonymValue(name, shown, ConfigSource.DynamicDefaultBroker)]);
            }
        }
    }

    private IEnumerable<ConfigDescription> DescribeGroup(ConfigResource resource)
    {
        var values = GroupConfigRules.ValuesOf(home.Image.ConfigOf(resource), home.Config);
        foreach (var key in ConfigCatalog.Of(ConfigKind.Group))
        {
            var chain = values.Chain(key.Name).Where(entry => entry.Source == ConfigSource.Group).ToList();
            chain.AddRange(key.Synonyms.Count > 0
                ? home.Config.Values.Chain(key.Synonyms[0].Name)
                : [new ConfigSynonymValue(key.Name, key.Default, ConfigSource.Default)]);
            yield return new ConfigDescription(
                key, values.Find(key.Name), chain.Count > 0 ? chain[0].Source : ConfigSource.Default, IsReadOnly: false, chain);
        }
    }

    private IEnumerable<ConfigDescription> DescribeSubscription(ConfigResource resource)
    {
        var set = home.Image.ConfigOf(resource);
        foreach (var key in ConfigCatalog.Of(ConfigKind.ClientMetrics))
        {
            var isSet = set.TryGetValue(key.Name, out var value);
            yield return new ConfigDescription(
                key, isSet ? value : key.Default ?? "", isSet ? ConfigSource.ClientMetrics : ConfigSource.Default, IsReadOnly: false,
                isSet ? [new ConfigSynonymValue(key.Name, value, ConfigSource.ClientMetrics)] : []);
        }
    }

    private static DescribeConfigsResponse.DescribeConfigsResult Result(
        in DescribeConfigsRequest.DescribeConfigsResource resource,
        in DescribeConfigsRequest request,
        IEnumerable<ConfigDescription> configs)
    {
        var result = Refuse(resource, ErrorCode.None, "");
        HashSet<string>? asked = null;
        if (resource.ConfigurationKeys.Count > 0)
        {
            asked = new HashSet<string>(StringComparer.Ordinal);
            foreach (ref var key in resource.ConfigurationKeys.Span)
            {
                asked.Add(key.ToString());
            }
        }

        foreach (var config in configs)
        {
            if (asked is null || asked.Contains(config.Key.Name))
            {
                result.Configs.Add(ToResult(config, request.IncludeSynonyms));
            }
        }

        return result;
    }

    private static DescribeConfigsResponse.DescribeConfigsResourceResult ToResult(ConfigDescription config, bool withSynonyms)
    {
        var result = new DescribeConfigsResponse.DescribeConfigsResourceResult
        {
            Name = Text.Of(config.Key.Name),
            Value = Text.Of(config.Value),
            ReadOnly = config.IsReadOnly,
            ConfigSource = (sbyte)config.Source,
            IsSensitive = config.Key.IsSensitive,
            ConfigType = (sbyte)config.Key.Type,
            Documentation = Text.Null,
        };
        if (withSynonyms)
        {
            foreach (var synonym in config.Synonyms)
            {
                result.Synonyms.Add(new DescribeConfigsResponse.DescribeConfigsSynonym
                {
                    Name = Text.Of(synonym.Name),
                    Value = Text.Of(synonym.Value),
                    Source = (sbyte)synonym.Source,
                });
            }
        }

        return result;
    }
}
