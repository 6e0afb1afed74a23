using System.Globalization;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Workloads;

/// <summary>Draws topics and how they are configured: tiny segments and indexes, every policy, every limit. Stateless.</summary>
internal static class TopicDrawing
{
    private static readonly string[] s_compressionTypes = ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"];

    internal static List<PlannedTopic> Draw(Choices choices, WorkloadOptions options, Swarm swarm)
    {
        var topics = new List<PlannedTopic>();
        var count = 1 + (int)choices.Skewed(5, "topics.count");
        for (var i = 0; i < count; i++)
        {
            // The first one stays and keeps its records, so that every workload tests something.
            var mayLose = options.LosesRecords && i > 0;
            var topic = Draw(choices, options, "topic-" + i.ToString(CultureInfo.InvariantCulture), mayLose) with
            {
                MayBeDeleted = i > 0 && swarm.Recreate > 0 && choices.Chance(400, "topics.recreated"),
            };
            topics.Add(swarm.Alter > 0 ? AlterationDrawing.Draw(choices, topic, mayLose, mayBeTrimmed: i > 0) : topic);
        }

        return topics;
    }

    /// <summary>A topic that stays, keeps its records and takes batches of every size.</summary>
    internal static PlannedTopic Kept(Choices choices, WorkloadOptions options, string name)
    {
        var topic = Draw(choices, options, name, mayLose: false);
        topic.Configs.Remove("max.message.bytes");
        return topic;
    }

    private static PlannedTopic Draw(Choices choices, WorkloadOptions options, string name, bool mayLose)
    {
        var partitions = 1 + (int)choices.Skewed(choices.Chance(100, "topics.wide") ? 24 : 4, "topics.partitions");
        return new PlannedTopic
        {
            Name = name, Partitions = partitions, PartitionsMax = partitions, ReplicationFactor = options.ReplicationFactor, Configs = Configs(choices, mayLose),
        };
    }

    private static SortedDictionary<string, string> Configs(Choices choices, bool mayLose)
    {
        var configs = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["retention.ms"] = "-1" };
        MaybeSet(configs, choices, "internal.segment.bytes", 500, 1000, 20_000);
        MaybeSet(configs, choices, "segment.ms", 150, 50, 5000);
        MaybeSet(configs, choices, "index.interval.bytes", 500, 0, 600);
        MaybeSet(configs, choices, "segment.index.bytes", 200, 12, 200);
        MaybeSet(configs, choices, "max.message.bytes", 150, 400, 40_000);
        MaybeSet(configs, choices, "flush.messages", 150, 1, 20);
        MaybeSet(configs, choices, "file.delete.delay.ms", 400, 0, 3000);
        if (choices.Chance(150, "topics.append-time"))
        {
            configs["message.timestamp.type"] = "LogAppendTime";
        }

        if (choices.Chance(200, "topics.compression"))
        {
            configs["compression.type"] = choices.Pick(s_compressionTypes, "topics.compression-type");
        }

        if (mayLose && choices.Chance(450, "topics.losing"))
        {
            MakeLosing(configs, choices);
        }

        return configs;
    }

    private static void MakeLosing(SortedDictionary<string, string> configs, Choices choices)
    {
        switch (choices.Next(4, "topics.policy"))
        {
            case 0:
                configs["retention.ms"] = Number(choices.Between(500, 10_000, "topics.retention-ms"));
                break;
            case 1:
                configs["retention.bytes"] = Number(choices.Between(500, 20_000, "topics.retention-bytes"));
                break;
            case 2:
                configs["cleanup.policy"] = "compact";
                Compact(configs, choices);
                break;
            default:
                configs["cleanup.policy"] = "compact,delete";
                configs["retention.ms"] = Number(choices.Between(1000, 10_000, "topics.retention-ms"));
                Compact(configs, choices);
                break;
        }
    }

    private static void Compact(SortedDictionary<string, string> configs, Choices choices)
    {
        configs["min.cleanable.dirty.ratio"] = "0.01";
        configs["internal.segment.bytes"] = Number(500 + choices.Skewed(10_000, "topics.compacted-segment"));
        MaybeSet(configs, choices, "delete.retention.ms", 700, 0, 5000);
        MaybeSet(configs, choices, "max.compaction.lag.ms", 300, 100, 5000);
    }

    private static void MaybeSet(SortedDictionary<string, string> configs, Choices choices, string key, int perMille, long min, long max)
    {
        if (choices.Chance(perMille, "topics.has-config"))
        {
            configs[key] = Number(min + choices.Skewed(max - min, "topics.config"));
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
