using System.Globalization;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>
/// ListConfigResources (74): names that a configuration may belong to. Groups and subscriptions are there once they have one;
/// in version 0 only subscriptions can be asked for. Lives as long as its shard.
/// </summary>
internal sealed class ListConfigResourcesHandler(MetadataCache cache)
    : IRequestHandler<ListConfigResourcesRequest, ListConfigResourcesResponse>
{
    private const short FirstVersionWithTypes = 1;

    private static readonly sbyte[] s_all =
        [ConfigResource.Group, ConfigResource.ClientMetrics, ConfigResource.BrokerLogger, ConfigResource.Broker, ConfigResource.Topic];

    /// <inheritdoc/>
    public ValueTask<ListConfigResourcesResponse> HandleAsync(ListConfigResourcesRequest request, RequestContext context)
    {
        var response = new ListConfigResourcesResponse();
        sbyte[] asked = context.Version < FirstVersionWithTypes ? [ConfigResource.ClientMetrics]
            : request.ResourceTypes.Count == 0 ? s_all
            : [.. request.ResourceTypes.ToArray().Distinct()];
        if (asked.Any(type => !s_all.Contains(type)))
        {
            response.ErrorCode = (short)ErrorCode.UnsupportedVersion;
            return ValueTask.FromResult(response);
        }

        foreach (var type in s_all.Where(asked.Contains))
        {
            foreach (var name in NamesOf(type))
            {
                response.ConfigResources.Add(new ListConfigResourcesResponse.ConfigResource { ResourceName = name, ResourceType = type });
            }
        }

        return ValueTask.FromResult(response);
    }

    private IEnumerable<Text> NamesOf(sbyte type) => type switch
    {
        ConfigResource.Topic => cache.Image.TopicsByName.Values.Select(topic => topic.NameText),
        ConfigResource.Broker or ConfigResource.BrokerLogger =>
            cache.Image.Brokers.Keys.Select(id => Text.Of(id.ToString(CultureInfo.InvariantCulture))),
        _ => cache.Image.Configs.Keys.Where(resource => resource.Type == type).Select(resource => Text.Of(resource.Name)),
    };
}
