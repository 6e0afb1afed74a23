using Deterministic.Server.Metadata;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Observing;

/// <summary>A number for everything that a metadata image says, save how far it reaches. Stateless.</summary>
internal static class ImageDigest
{
    internal static ulong Of(MetadataImage image)
    {
        var hash = new RunHash();
        foreach (var record in MetadataSnapshotRecords.Of(image))
        {
            hash.Add(record.Span);
        }

        return hash.Value;
    }
}
