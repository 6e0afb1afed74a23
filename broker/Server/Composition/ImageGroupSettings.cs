using System.Globalization;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Composition;

/// <summary>What was configured for single groups, from the image of their shard. Owned by the shard, lives as long.</summary>
internal sealed class ImageGroupSettings(BrokerShard shard) : IGroupSettings
{
    /// <inheritdoc/>
    public int? Find(Text groupId, string key) =>
        shard.Image.Configs.TryGetValue(new ConfigResource(ConfigResource.Group, groupId.ToString()), out var settings)
        && settings.TryGetValue(key, out var text)
        && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
