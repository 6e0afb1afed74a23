using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>Request 57, UpdateFeatures: change finalized feature levels.</summary>
public struct UpdateFeaturesRequest : IRequest
{
    /// <inheritdoc/>
    public static ApiInfo Api { get; } = new(ApiKey.UpdateFeatures, First: 0, Last: 2, FlexibleSince: 0);

    public int TimeoutMs = 60000;
    public Seq<FeatureUpdateKey> FeatureUpdates;
    public bool ValidateOnly;

    /// <summary>All fields at their defaults.</summary>
    public UpdateFeaturesRequest()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref TimeoutMs);
        wire.Array(ref FeatureUpdates);

        if (wire.Has(since: 1))
        {
            wire.Bool(ref ValidateOnly);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>featureUpdates</c>.</summary>
    public struct FeatureUpdateKey : IMessage
    {
        public Text Feature;
        public short MaxVersionLevel;
        public bool AllowDowngrade;
        public sbyte UpgradeType = 1;

        /// <summary>All fields at their defaults.</summary>
        public FeatureUpdateKey()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Feature);
            wire.Int16(ref MaxVersionLevel);

            if (wire.Has(since: 0, until: 0))
            {
                wire.Bool(ref AllowDowngrade);
            }

            if (wire.Has(since: 1))
            {
                wire.Int8(ref UpgradeType);
            }

            wire.Tags(ref this);
        }
    }
}
