using System.Globalization;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands.Groups;

/// <summary>Which partitions <c>--topic NAME</c> and <c>--topic NAME:0,1</c> mean. Stateless.</summary>
internal static class TopicScope
{
    /// <summary>A topic and its partitions; null means all of them.</summary>
    internal static (string Topic, IReadOnlyList<int>? Partitions) Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return (text, null);
        }

        var partitions = new List<int>();
        foreach (var part in text[(colon + 1)..].Split(','))
        {
            partitions.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                ? partition
                : throw new CommandException($"--topic {text}: write it as NAME or NAME:0,1,2"));
        }

        return colon > 0 ? (text[..colon], partitions) : throw new CommandException($"--topic {text}: the name of the topic is missing");
    }

    /// <summary>The partitions that exist among those asked for.</summary>
    /// <exception cref="CommandException">A partition does not exist.</exception>
    internal static async Task<IReadOnlyList<TopicAndPartition>> ResolveAsync(
        KafkaClient client, IEnumerable<string> texts, CancellationToken cancellation)
    {
        var partitions = new List<TopicAndPartition>();
        foreach (var (name, asked) in texts.Select(Parse))
        {
            var count = (await client.TopicAsync(name, cancellation)).Partitions.Count;
            foreach (var partition in asked ?? Enumerable.Range(0, count))
            {
                partitions.Add(partition < count
                    ? new TopicAndPartition(name, partition)
                    : throw new CommandException($"Topic {name} has no partition {partition}; it has 0 to {count - 1}"));
            }
        }

        return [.. partitions.Distinct()];
    }
}
