using System.Globalization;
using Deterministic.Simulator.Choosing;

namespace Deterministic.Simulator.Workloads;

/// <summary>Draws how topics that are in use change: what may happen to each of them, and the operations that do it. Stateless.</summary>
internal static class AlterationDrawing
{
    private const int PartitionsAddedMax = 4;
    private const int BrokerPerMille = 150;
    private const int TakenOutPerMille = 250;

    /// <summary>Keys that may change anywhere: key, smallest and largest value.</summary>
    private static readonly (string Key, long Min, long Max)[] s_harmless =
    [
        ("segment.ms", 50, 5000), ("index.interval.bytes", 0, 600), ("flush.messages", 1, 20), ("file.delete.delay.ms", 0, 3000),
        ("segment.jitter.ms", 0, 1000),
    ];

    /// <summary>Keys of all brokers that topics inherit.</summary>
    private static readonly (string Key, long Min, long Max)[] s_ofBrokers =
    [
        ("log.index.interval.bytes", 0, 600), ("log.roll.ms", 100, 10_000), ("log.segment.delete.delay.ms", 0, 2000),
        ("log.cleaner.backoff.ms", 100, 2000), ("log.flush.interval.messages", 1, 50),
        ("log.cleaner.io.max.bytes.per.second", 300, 50_000),
    ];

    /// <summary>The topic with what may happen to it; <paramref name="mayLose"/>: it may lose records by age or key.</summary>
    internal static PlannedTopic Draw(Choices choices, PlannedTopic topic, bool mayLose, bool mayBeTrimmed)
    {
        var alterations = new List<PlannedSetting>();
        for (var left = choices.Next(4, "alter.settings"); left > 0; left--)
        {
            alterations.Add(Harmless(choices));
        }

        if (mayLose && choices.Chance(300, "alter.retention"))
        {
            alterations.Add(Number("retention.ms", choices.Between(500, 10_000, "alter.retention-ms")));
            alterations.Add(Number("retention.ms", -1));
        }

        if (mayLose && choices.Chance(200, "alter.policy"))
        {
            alterations.Add(new PlannedSetting { Key = "cleanup.policy", Value = "compact", IsAppended = true });
            alterations.Add(new PlannedSetting { Key = "cleanup.policy", Value = "compact", IsSubtracted = true });
            alterations.Add(Number("min.cleanable.dirty.ratio", 0));
        }

        return topic with
        {
            PartitionsMax = topic.Partitions + (choices.Chance(500, "alter.grows") ? 1 + choices.Next(PartitionsAddedMax, "alter.added") : 0),
            MayBeTrimmed = mayBeTrimmed && !topic.MayBeDeleted && choices.Chance(600, "alter.trimmed"),
            Alterations = alterations,
        };
    }

    /// <summary>One of the things that may happen to one of the topics, or to the brokers.</summary>
    internal static PlannedOperation Operation(Choices choices, IReadOnlyList<PlannedTopic> topics)
    {
        if (choices.Chance(BrokerPerMille, "alter.broker"))
        {
            var (key, min, max) = choices.Pick(s_ofBrokers, "alter.broker-key");
            return new AlterConfigOperation { Setting = Drawn(choices, key, min, max) };
        }

        var number = choices.Next(topics.Count, "alter.topic");
        var topic = topics[number];
        var isTrial = choices.Chance(100, "alter.validate-only");
        if (topic.MayBeTrimmed && choices.Chance(600, "alter.trims"))
        {
            return new DeleteRecordsOperation
            {
                Topic = number,
                Partition = choices.Next(topic.PartitionsMax, "alter.partition"),
                End = choices.Pick([DeletionEnd.BeforeEnd, DeletionEnd.BeforeEnd, DeletionEnd.HighWatermark, DeletionEnd.BeyondEnd], "alter.end"),
                Distance = choices.Skewed(100, "alter.distance"),
            };
        }

        return topic.Alterations.Count > 0 && choices.Chance(600, "alter.config")
            ? new AlterConfigOperation { Topic = number, Setting = choices.Pick(topic.Alterations, "alter.setting"), ValidateOnly = isTrial }
            : new AddPartitionsOperation { Topic = number, More = choices.Next(3, "alter.more"), ValidateOnly = isTrial };
    }

    /// <summary>How fast partitions may move: so slowly that much happens on the way, or as fast as they can.</summary>
    internal static AlterConfigOperation MoveThrottle(Choices choices) =>
        new() { Setting = Drawn(choices, "replica.alter.log.dirs.io.max.bytes.per.second", 200, 20_000) };

    private static PlannedSetting Harmless(Choices choices)
    {
        var (key, min, max) = choices.Pick(s_harmless, "alter.key");
        return Drawn(choices, key, min, max);
    }

    private static PlannedSetting Drawn(Choices choices, string key, long min, long max) =>
        choices.Chance(TakenOutPerMille, "alter.taken-out") ? new PlannedSetting { Key = key } : Number(key, min + choices.Skewed(max - min, "alter.value"));

    private static PlannedSetting Number(string key, long value) => new() { Key = key, Value = value.ToString(CultureInfo.InvariantCulture) };
}
