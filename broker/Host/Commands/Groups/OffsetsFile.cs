using System.Globalization;
using System.Text;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands.Groups;

/// <summary>
/// The CSV that <c>--export</c> writes and <c>--from-file</c> reads: topic,partition,offset for one group;
/// group,topic,partition,offset for several. Stateless.
/// </summary>
internal static class OffsetsFile
{
    private const int ColumnsOfOneGroup = 3;
    private const int ColumnsOfSeveral = 4;

    /// <summary>One line.</summary>
    internal static string Line(string? group, TopicAndPartition partition, long offset)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"\"{partition.Topic}\",{partition.Partition},{offset}");
        return group is null ? line : $"\"{group}\",{line}";
    }

    /// <summary>The offsets of each group; lines without a group belong to the only one that was named.</summary>
    internal static Dictionary<string, Dictionary<TopicAndPartition, long>> Parse(string text, IReadOnlyList<string> groups)
    {
        var offsets = new Dictionary<string, Dictionary<TopicAndPartition, long>>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            var fields = Fields(line);
            if (fields.Count == ColumnsOfOneGroup && groups.Count == 1)
            {
                fields.Insert(0, groups[0]);
            }

            if (fields.Count != ColumnsOfSeveral || !int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                || !long.TryParse(fields[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var offset))
            {
                throw new CommandException($"Line {number} of the file, {line}, is not {(groups.Count == 1 ? "topic,partition,offset" : "group,topic,partition,offset")}");
            }

            if (!offsets.TryGetValue(fields[0], out var ofGroup))
            {
                offsets[fields[0]] = ofGroup = [];
            }

            ofGroup[new TopicAndPartition(fields[1], partition)] = offset;
        }

        return offsets;
    }

    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        foreach (var character in line)
        {
            if (character == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (character == ',' && !isQuoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(character);
            }
        }

        fields.Add(field.ToString().Trim());
        return fields;
    }
}
