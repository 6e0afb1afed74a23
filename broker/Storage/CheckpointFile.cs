using System.Globalization;
using System.Text;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Storage;

/// <summary>
/// Kafka's offset checkpoints of a log directory (<c>recovery-point-offset-checkpoint</c> and its kin): version 0, a count,
/// then one line a partition. Stateless: each call reads or replaces the whole file.
/// </summary>
public static class CheckpointFile
{
    private const string Version = "0";

    /// <summary>Replaces the file durably. Lines are sorted, so that equal offsets give equal bytes.</summary>
    public static void Write(IDisk disk, string path, IReadOnlyDictionary<TopicPartition, long> offsets)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        var sorted = new List<KeyValuePair<TopicPartition, long>>(offsets);
        sorted.Sort(static (a, b) =>
        {
            var byTopic = string.CompareOrdinal(a.Key.Topic, b.Key.Topic);
            return byTopic != 0 ? byTopic : a.Key.Partition.CompareTo(b.Key.Partition);
        });
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Version}\n{sorted.Count}\n");
        foreach (var (partition, offset) in sorted)
        {
            text.Append(CultureInfo.InvariantCulture, $"{partition.Topic} {partition.Partition} {offset}\n");
        }

        AtomicFile.WriteText(disk, path, text.ToString());
    }

    /// <summary>Reads the file; an absent one is empty.</summary>
    /// <returns>Null when all is well, else what is wrong; <paramref name="offsets"/> then holds the lines that were readable.</returns>
    public static string? Read(IDisk disk, string path, out IReadOnlyDictionary<TopicPartition, long> offsets)
    {
        ArgumentNullException.ThrowIfNull(disk);
        var found = new Dictionary<TopicPartition, long>();
        offsets = found;
        if (AtomicFile.ReadTextOrNull(disk, path) is not { } text)
        {
            return null;
        }

        var lines = text.Split('\n');
        if (lines.Length < 2 || !string.Equals(lines[0].Trim(), Version, StringComparison.Ordinal))
        {
            return $"{path}: version '{lines[0].Trim()}', allowed is {Version}";
        }

        string? problem = null;
        for (var i = 2; i < lines.Length; i++)
        {
            if (lines[i].Length > 0 && !TryAddLine(lines[i], found))
            {
                problem ??= $"{path}: line {i + 1} '{lines[i]}' is not 'topic partition offset'";
            }
        }

        return problem ?? (lines[1].Trim().Equals(found.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            ? null
            : $"{path}: states '{lines[1].Trim()}' entries and has {found.Count}");
    }

    private static bool TryAddLine(string line, Dictionary<TopicPartition, long> offsets)
    {
        var words = line.Split(' ');
        if (words.Length == 3
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            offsets[new TopicPartition(words[0], partition)] = offset;
            return true;
        }

        return false;
    }
}
