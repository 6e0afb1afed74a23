using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Apis;

/// <summary>The answer to ListConfigResources (key 74).</summary>
public struct ListConfigResourcesResponse : IMessage
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    public Seq<ConfigResource> ConfigResources;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Int16(ref ErrorCode);
        wire.Array(ref ConfigResources);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>configResources</c>.</summary>
    public struct ConfigResource : IMessage
    {
        public Text ResourceName;
        public sbyte ResourceType = 16;

        /// <summary>All fields at their defaults.</summary>
        public ConfigResource()
        {
        }

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.String(ref ResourceName);

            if (wire.Has(since: 1))
            {
                wire.Int8(ref ResourceType);
            }

            wire.Tags(ref this);
        }
    }
}
