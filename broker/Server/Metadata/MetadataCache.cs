namespace Deterministic.Server.Metadata;

/// <summary>The image in force on one shard: what its handlers answer by. Owned by that shard; lives as long as it.</summary>
public sealed class MetadataCache : IMetadataListener
{
    /// <summary>The image in force; empty before the controller has started.</summary>
    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    /// <inheritdoc/>
    public void OnImage(MetadataImage image, MetadataDelta delta) => Image = image;
}
