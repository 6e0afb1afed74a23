using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to UpdateFeatures (key 57).</summary>
public struct UpdateFeaturesResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Text ErrorMessage;
    public Seq<UpdatableFeatureResult> Results;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);
        wire.String(ref ErrorMessage, nullableSince: 0);

        if (wire.Has(since: 0, until: 1))
        {
            wire.Array(ref Results);
        }

        wire.Tags(ref this);
    }

    /// <summary>One of <c>results</c>.</summary>
    public struct UpdatableFeatureResult : IMessage
    {
        public Text Feature;
        public short ErrorCode;
        public Text ErrorMessage;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref Feature);
            wire.Int16(ref ErrorCode);
            wire.String(ref ErrorMessage, nullableSince: 0);
            wire.Tags(ref this);
        }
    }
}
