using Deterministic.Raft;
using Deterministic.Server.Metadata;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// The controller's image is what the snapshots on disk and the metadata log behind them replay to: from every snapshot the
/// same, as a restart would find it.
/// </summary>
internal sealed class ImageMatchesLog(World world, Func<string, bool> mayHarm) : IInvariant
{
    /// <inheritdoc/>
    public string Name => "image-matches-log";

    /// <inheritdoc/>
    public void Inspect(Inspection inspection)
    {
        if (inspection.Logs.FirstOrDefault(log => log.IsMetadata) is not { } metadata || mayHarm(metadata.Log!.Path))
        {
            return;
        }

        try
        {
            Compare(inspection, metadata);
        }
        catch (Exception e) when (e is RaftException or MetadataFormatException)
        {
            world.Fail(Name, $"{metadata}: what is on disk does not replay: {e.Message}");
        }
    }

    private void Compare(Inspection inspection, WatchedLog metadata)
    {
        var image = inspection.Parts.Controller.Image;
        var expected = ImageDigest.Of(image);
        foreach (var (name, start) in StartsOf(inspection, metadata))
        {
            var replayer = new MetadataReplayer(start);
            Replay(inspection, metadata, replayer);
            if (replayer.Image.Offset != image.Offset || ImageDigest.Of(replayer.Image) != expected)
            {
                world.Fail(Name, $"{metadata}: {name} and the log replay to offset {replayer.Image.Offset}; the controller is at {image.Offset}");
            }
        }
    }

    private static List<(string Name, MetadataImage Image)> StartsOf(Inspection inspection, WatchedLog metadata)
    {
        var starts = new List<(string, MetadataImage)>();
        if (metadata.Now.Start == 0)
        {
            starts.Add(("nothing", MetadataImage.Empty));
        }

        foreach (var name in inspection.Disk.FilesIn(metadata.Log!.Path))
        {
            if (SnapshotId.TryParse(name, out var id) && id.EndOffset >= metadata.Now.Start && id.EndOffset > 0)
            {
                var path = $"{metadata.Log.Path}/{name}";
                var content = SnapshotContent.Read(inspection.Disk.ReadAll(path), path);
                var delta = new MetadataDelta(MetadataImage.Empty);
                foreach (var record in content.Batches.SelectMany(batch => batch.Values))
                {
                    delta.Replay(record);
                }

                starts.Add((name, delta.Build(id.EndOffset - 1, id.Epoch, content.LastContainedTimestampMs)));
            }
        }

        return starts;
    }

    private static void Replay(Inspection inspection, WatchedLog metadata, MetadataReplayer replayer)
    {
        foreach (var segment in inspection.Scan(metadata).Segments)
        {
            foreach (var known in segment.Batches)
            {
                if (known.LastOffset > replayer.Image.Offset && !known.Attributes.IsControl)
                {
                    var batch = MetadataBatch.Open(segment.Bytes.AsMemory(known.Position, known.SizeBytes));
                    replayer.Replay(batch.Values, batch.LastOffset, batch.Epoch, batch.TimestampMs);
                }
            }
        }
    }
}
