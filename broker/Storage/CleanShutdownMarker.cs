using System.Globalization;
using System.Text.Json;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;

namespace Deterministic.Storage;

/// <summary><c>.kafka_cleanshutdown</c>: the last stop wrote everything; holds the broker epoch of that life. Stateless.</summary>
public static class CleanShutdownMarker
{
    /// <summary>Writes it durably, as the last thing of a clean stop.</summary>
    public static void Write(IDisk disk, string directory, long brokerEpoch) =>
        AtomicFile.WriteText(
            disk,
            DiskPath.Join(directory, StoragePaths.CleanShutdownMarker),
            string.Create(CultureInfo.InvariantCulture, $"{{\"version\":0,\"brokerEpoch\":{brokerEpoch}}}"));

    /// <summary>
    /// Takes the marker away durably, before anything is appended, and says what it held: null when there was none,
    /// -1 when it is unreadable (then nothing is taken for clean).
    /// </summary>
    public static long? Consume(IDisk disk, string directory)
    {
        ArgumentNullException.ThrowIfNull(disk);
        var path = DiskPath.Join(directory, StoragePaths.CleanShutdownMarker);
        if (AtomicFile.ReadTextOrNull(disk, path) is not { } text)
        {
            return null;
        }

        disk.DeleteFile(path);
        disk.SyncDirectory(directory);
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("brokerEpoch", out var epoch)
                && epoch.TryGetInt64(out var value)
                ? value
                : -1;
        }
        catch (JsonException)
        {
            Mark.Hit("recovery.clean-marker-unreadable");
            return -1;
        }
    }
}
