using System.Globalization;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <summary><c>meta.properties</c> version 1: whose log directory this is. Immutable.</summary>
public sealed record MetaProperties(string ClusterId, int NodeId, Uuid DirectoryId)
{
    private const string Version = "1";

    /// <summary>Writes it durably into a log directory.</summary>
    public void Write(IDisk disk, string directory) =>
        AtomicFile.WriteText(
            disk,
            DiskPath.Join(directory, StoragePaths.MetaProperties),
            string.Create(
                CultureInfo.InvariantCulture,
                $"#\nnode.id={NodeId}\ndirectory.id={DirectoryId}\nversion={Version}\ncluster.id={ClusterId}\n"));

    /// <summary>Reads it; null when the directory was never formatted.</summary>
    /// <exception cref="InvalidDataException">It is there and not usable; the message says why.</exception>
    public static MetaProperties? Read(IDisk disk, string directory)
    {
        var path = DiskPath.Join(directory, StoragePaths.MetaProperties);
        if (AtomicFile.ReadTextOrNull(disk, path) is not { } text)
        {
            return null;
        }

        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (!line.StartsWith('#') && equals > 0)
            {
                values[line[..equals].Trim()] = line[(equals + 1)..].Trim();
            }
        }

        return FromValues(path, values);
    }

    private static MetaProperties FromValues(string path, SortedDictionary<string, string> values)
    {
        var version = values.GetValueOrDefault("version", "");
        if (!version.Equals(Version, StringComparison.Ordinal))
        {
            throw new InvalidDataException(
                $"{path}: version is '{version}'; this release reads version {Version} (a directory of a newer release, or a damaged file)");
        }

        if (values.GetValueOrDefault("cluster.id", "") is not { Length: > 0 } clusterId)
        {
            throw new InvalidDataException($"{path}: cluster.id is missing");
        }

        var node = values.GetValueOrDefault("node.id", "");
        if (!int.TryParse(node, NumberStyles.None, CultureInfo.InvariantCulture, out var nodeId))
        {
            throw new InvalidDataException($"{path}: node.id is '{node}'; it must be a number from 0 up");
        }

        var directory = values.GetValueOrDefault("directory.id", "");
        if (!Uuid.TryParse(directory, out var directoryId))
        {
            throw new InvalidDataException($"{path}: directory.id is '{directory}'; it must be 22 characters of URL-safe base64");
        }

        return new MetaProperties(clusterId, nodeId, directoryId);
    }
}
