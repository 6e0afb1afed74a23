namespace Deterministic.Server.Metadata;

/// <summary>Is told of every new image, in order, on its own shard. Registered when the broker is composed; lives as long as it.</summary>
public interface IMetadataListener
{
    /// <summary>
    /// A new image is in force. <paramref name="delta"/> says what differs from the one before; the first call after a start
    /// differs from <see cref="MetadataImage.Empty"/>. Returns when the shard acts by it.
    /// </summary>
    void OnImage(MetadataImage image, MetadataDelta delta);
}
