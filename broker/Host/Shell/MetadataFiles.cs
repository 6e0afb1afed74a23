using System.Globalization;
using Deterministic.Host.Commands;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Host.Shell;

/// <summary>Reads the cluster's metadata from a snapshot, from a log file, or from the directory that has both. Stateless.</summary>
internal static class MetadataFiles
{
    private const string MetadataDirectory = "__cluster_metadata-0";
    private const string SnapshotSuffix = ".checkpoint";
    private const string LogSuffix = ".log";

    /// <summary>The image of a file, or of the newest snapshot of a directory and the log behind it.</summary>
    internal static MetadataImage Read(string path)
    {
        if (File.Exists(path))
        {
            return Replay([Path.GetFullPath(path)]);
        }

        if (!Directory.Exists(path))
        {
            throw new CommandException($"There is no file or directory {Path.GetFullPath(path)}");
        }

        var within = Path.Combine(path, MetadataDirectory);
        var directory = Directory.Exists(within) ? within : path;
        var logs = Directory.GetFiles(directory, "*" + LogSuffix).Order(StringComparer.Ordinal).ToArray();
        var snapshot = Directory.GetFiles(directory, "*" + SnapshotSuffix).Order(StringComparer.Ordinal).LastOrDefault();
        return logs.Length > 0 || snapshot is not null
            ? Replay(snapshot is null ? logs : [snapshot, .. logs])
            : throw new CommandException($"{Path.GetFullPath(path)} holds no metadata: no {MetadataDirectory}, and no {LogSuffix} or {SnapshotSuffix} file");
    }

    private static MetadataImage Replay(string[] files)
    {
        var replayer = new MetadataReplayer(MetadataImage.Empty);
        using var codecs = new BatchCodecs(new BufferPool());
        foreach (var file in files)
        {
            try
            {
                Replay(file, replayer, codecs);
                if (Path.GetExtension(file) == SnapshotSuffix)
                {
                    replayer = new MetadataReplayer(AtSnapshot(replayer.Image, file));
                }
            }
            catch (Exception e) when (e is MetadataFormatException or MalformedMessageException or InvalidRecordException)
            {
                throw new CommandException($"{file} is no file of the metadata log: {e.Message}", e);
            }
        }

        return replayer.Image;
    }

    private static void Replay(string file, MetadataReplayer replayer, BatchCodecs codecs)
    {
        // A running broker keeps its segments open for writing.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        foreach (var batch in new RecordBatchReader(bytes.AsSpan(0, count)))
        {
            var header = batch.Header;
            var lastOffset = header.BaseOffset + header.LastOffsetDelta;
            if (header.Attributes.IsControl || lastOffset <= replayer.Image.Offset)
            {
                continue;
            }

            var records = new List<ReadOnlyMemory<byte>>();
            using var opened = OpenedBatch.Open(batch, codecs);
            foreach (var record in opened.Records)
            {
                records.Add(record.Value.ToArray());
            }

            replayer.Replay(records, lastOffset, header.PartitionLeaderEpoch, header.MaxTimestamp);
        }
    }

    // The records of a snapshot have numbers of their own; its name says which offset comes next.
    private static MetadataImage AtSnapshot(MetadataImage image, string file)
    {
        var name = Path.GetFileNameWithoutExtension(file).Split('-');
        return name.Length == 2 && long.TryParse(name[0], NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            && int.TryParse(name[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? image with { Offset = end - 1, Epoch = epoch }
            : image;
    }
}
