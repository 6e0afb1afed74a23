using System.Buffers;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;

namespace Deterministic.Server.Handlers;

/// <summary>
/// ApiVersions (18): what <see cref="ApiCatalog"/> serves, and the features of node and cluster. Owned by one shard, lives as long.
/// </summary>
internal sealed class ApiVersionsHandler(BrokerShard home) : IRequestHandler<ApiVersionsRequest, ApiVersionsResponse>
{
    private const short SoftwareSince = 3;
    private const short FeaturesFromZeroSince = 4;

    /// <summary>librdkafka before 2.8.2 takes a Produce minimum above 0 for a broker that cannot decompress (KAFKA-18659).</summary>
    private const short AdvertisedProduceMin = 0;

    private static readonly SearchValues<byte> s_inside = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."u8);

    /// <inheritdoc/>
    public ValueTask<ApiVersionsResponse> HandleAsync(ApiVersionsRequest request, RequestContext context)
    {
        var response = new ApiVersionsResponse();
        if (context.Version >= SoftwareSince && !(IsSoftwareName(request.ClientSoftwareName) && IsSoftwareName(request.ClientSoftwareVersion)))
        {
            response.ErrorCode = (short)ErrorCode.InvalidRequest;
            return ValueTask.FromResult(response);
        }

        if (context.Version >= SoftwareSince)
        {
            context.OnSoftware(request.ClientSoftwareName.ToString(), request.ClientSoftwareVersion.ToString());
        }

        foreach (var api in ApiCatalog.All)
        {
            response.ApiKeys.Add(new ApiVersionsResponse.ApiVersion
            {
                ApiKey = (short)api.Key,
                MinVersion = api.Key == ApiKey.Produce ? AdvertisedProduceMin : api.First,
                MaxVersion = api.Last,
            });
        }

        if (context.Version >= SoftwareSince)
        {
            AddFeatures(ref response, context.Version);
        }

        return ValueTask.FromResult(response);
    }

    private void AddFeatures(ref ApiVersionsResponse response, short version)
    {
        foreach (var feature in SupportedFeatures.All)
        {
            // Clients that speak version 3 fail on a feature that begins at 0 (KAFKA-17011).
            if (feature.MinSupportedVersion > 0 || version >= FeaturesFromZeroSince)
            {
                response.SupportedFeatures.Add(new ApiVersionsResponse.SupportedFeatureKey
                {
                    Name = feature.Name,
                    MinVersion = feature.MinSupportedVersion,
                    MaxVersion = feature.MaxSupportedVersion,
                });
            }
        }

        response.FinalizedFeaturesEpoch = home.Image.Offset;
        foreach (var (name, level) in home.Image.Features)
        {
            response.FinalizedFeatures.Add(new ApiVersionsResponse.FinalizedFeatureKey
            {
                Name = name,
                MaxVersionLevel = level,
                MinVersionLevel = level,
            });
        }
    }

    /// <summary>Letters and digits, with dashes and dots between them (KIP-511).</summary>
    private static bool IsSoftwareName(Text text)
    {
        var bytes = text.Utf8.Span;
        return bytes.Length > 0
            && !bytes.ContainsAnyExcept(s_inside)
            && char.IsAsciiLetterOrDigit((char)bytes[0])
            && char.IsAsciiLetterOrDigit((char)bytes[^1]);
    }
}
