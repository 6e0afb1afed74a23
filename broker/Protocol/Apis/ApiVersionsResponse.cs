using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ApiVersions (key 18).</summary>
public struct ApiVersionsResponse : IMessage
{
    public short ErrorCode;
    public Seq<ApiVersion> ApiKeys;
    public int ThrottleTimeMs;
    public Seq<SupportedFeatureKey> SupportedFeatures;
    public long FinalizedFeaturesEpoch = -1;
    public Seq<FinalizedFeatureKey> FinalizedFeatures;
    public bool ZkMigrationReady;

    /// <summary>All fields at their defaults.</summary>
    public ApiVersionsResponse()
    {
    }

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public readonly int TagCount => 4;

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int16(ref ErrorCode);
        wire.Array(ref ApiKeys);

        if (wire.Has(since: 1))
        {
            wire.Int32(ref ThrottleTimeMs);
        }

        wire.Tags(ref this);
    }

    /// <inheritdoc/>
    public void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
        switch (tag)
        {
            case 0:
                wire.Array(ref SupportedFeatures);
                break;
            case 1:
                wire.Int64(ref FinalizedFeaturesEpoch);
                break;
            case 2:
                wire.Array(ref FinalizedFeatures);
                break;
            case 3:
                wire.Bool(ref ZkMigrationReady);
                break;
        }
    }

    /// <inheritdoc/>
    public readonly bool HasTag(int tag, short version) => tag switch
    {
        0 => version >= 3,
        1 => version >= 3,
        2 => version >= 3,
        3 => version >= 3,
        _ => false,
    };

    /// <inheritdoc/>
    public readonly bool IsTagDefault(int tag) => tag switch
    {
        0 => SupportedFeatures.Count == 0,
        1 => FinalizedFeaturesEpoch == -1,
        2 => FinalizedFeatures.Count == 0,
        3 => !ZkMigrationReady,
        _ => true,
    };

    /// <summary>One of <c>apiKeys</c>.</summary>
    public struct ApiVersion : IMessage
    {
        public short ApiKey;
        public short MinVersion;
        public short MaxVersion;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int16(ref ApiKey);
            wire.Int16(ref MinVersion);
            wire.Int16(ref MaxVersion);
            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>supportedFeatures</c>.</summary>
    public struct SupportedFeatureKey : IMessage
    {
        public Text Name;
        public short MinVersion;
        public short MaxVersion;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 3))
            {
                wire.String(ref Name);
                wire.Int16(ref MinVersion);
                wire.Int16(ref MaxVersion);
            }

            wire.Tags(ref this);
        }
    }

    /// <summary>One of <c>finalizedFeatures</c>.</summary>
    public struct FinalizedFeatureKey : IMessage
    {
        public Text Name;
        public short MaxVersionLevel;
        public short MinVersionLevel;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            if (wire.Has(since: 3))
            {
                wire.String(ref Name);
                wire.Int16(ref MaxVersionLevel);
                wire.Int16(ref MinVersionLevel);
            }

            wire.Tags(ref this);
        }
    }
}
