using System.Globalization;
using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <summary>The names of partition directories: <c>orders-3</c>, <c>orders-3.UNIQUE-delete</c> and their kin. Stateless.</summary>
public static class PartitionDirectoryName
{
    /// <summary>The longest file name the common file systems take.</summary>
    private const int NameBytesMax = 255;

    /// <summary>Reads the name of a live partition directory.</summary>
    public static bool TryParse(string name, out TopicPartition topicPartition)
    {
        ArgumentNullException.ThrowIfNull(name);
        topicPartition = default;
        var dash = name.LastIndexOf('-');
        if (dash <= 0
            || !int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition))
        {
            return false;
        }

        topicPartition = new TopicPartition(name[..dash], partition);
        return topicPartition.ToString().Equals(name, StringComparison.Ordinal);
    }

    /// <summary>Whether the directory is on its way out.</summary>
    public static bool IsDeletion(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(StoragePaths.DeleteDirectorySuffix, StringComparison.Ordinal) && name.Contains('.', StringComparison.Ordinal);
    }

    /// <summary>
    /// The name of the directory of a future replica (<c>orders-3.UNIQUE-future</c>), which must say whose it is, so it is not cut;
    /// null when the topic's name leaves no room for it. <paramref name="unique"/>: 32 hex digits.
    /// </summary>
    public static string? ForFuture(TopicPartition topicPartition, string unique)
    {
        var name = $"{topicPartition}.{unique}{StoragePaths.FutureDirectorySuffix}";
        return name.Length <= NameBytesMax ? name : null;
    }

    /// <summary>Reads the name of the directory of a future replica.</summary>
    public static bool TryParseFuture(string name, out TopicPartition topicPartition)
    {
        ArgumentNullException.ThrowIfNull(name);
        topicPartition = default;
        var dot = name.LastIndexOf('.');
        return name.EndsWith(StoragePaths.FutureDirectorySuffix, StringComparison.Ordinal) && dot > 0 && TryParse(name[..dot], out topicPartition);
    }

    /// <summary>The name a directory gets when its partition is deleted; long topic names are cut to fit.</summary>
    public static string ForDeletion(TopicPartition topicPartition, string unique) => Cut(topicPartition, unique, StoragePaths.DeleteDirectorySuffix);

    /// <summary>The name a directory gets that no topic claims; of one name there may be several. Long topic names are cut to fit.</summary>
    public static string ForStray(TopicPartition topicPartition, string unique) => Cut(topicPartition, unique, StoragePaths.StrayDirectorySuffix);

    private static string Cut(TopicPartition topicPartition, string unique, string kind)
    {
        ArgumentNullException.ThrowIfNull(unique);
        var suffix = "." + unique + kind;
        var name = topicPartition.ToString();
        return name[..Math.Min(name.Length, NameBytesMax - suffix.Length)] + suffix;
    }
}
