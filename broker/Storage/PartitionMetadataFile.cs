using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <summary><c>partition.metadata</c>: which topic (by id) a partition directory belongs to (KIP-516). Written once.</summary>
public static class PartitionMetadataFile
{
    private const string VersionLine = "version: 0";
    private const string TopicIdKey = "topic_id: ";

    /// <summary>Writes it durably.</summary>
    public static void Write(IDisk disk, string directory, Uuid topicId) =>
        AtomicFile.WriteText(
            disk, DiskPath.Join(directory, StoragePaths.PartitionMetadata), $"{VersionLine}\n{TopicIdKey}{topicId}");

    /// <summary>The topic id, or null when the file is absent.</summary>
    /// <exception cref="InvalidDataException">It is there and unreadable.</exception>
    public static Uuid? Read(IDisk disk, string directory)
    {
        var path = DiskPath.Join(directory, StoragePaths.PartitionMetadata);
        if (AtomicFile.ReadTextOrNull(disk, path) is not { } text)
        {
            return null;
        }

        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 2 && lines[0].Equals(VersionLine, StringComparison.Ordinal) && lines[1].StartsWith(TopicIdKey, StringComparison.Ordinal)
            && Uuid.TryParse(lines[1][TopicIdKey.Length..], out var id))
        {
            return id;
        }

        throw new InvalidDataException($"{path}: expected '{VersionLine}' and '{TopicIdKey}<22 characters>', found '{text}'");
    }
}
