using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 18, ApiVersions: Advertise supported API versions and features; always answered (unsupported version -&gt; v0 body with error 35); response header always v0; 4.4 v5 carries expected cluster id and node id.</summary>
public struct ApiVersionsRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.ApiVersions, First: 0, Last: 4, FlexibleSince: 3);

    public Text ClientSoftwareName;
    public Text ClientSoftwareVersion;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        if (wire.Has(since: 3))
        {
            wire.String(ref ClientSoftwareName);
            wire.String(ref ClientSoftwareVersion);
        }

        wire.Tags(ref this);
    }
}
