namespace Deterministic.Simulator.Scenarios;

/// <summary>The broker's limits and periods that a seed may draw small, so that segments roll, snapshots are taken and sessions end within seconds.</summary>
public static class SmallLimits
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SmallLimit> All { get; } =
    [
        new("group.initial.rebalance.delay.ms", 700, ["0", "0", "100", "1000"]),
        new("group.min.session.timeout.ms", 900, ["100", "1000"]),
        new("log.segment.bytes", 300, ["1048576"]),
        new("log.roll.ms", 450, ["500", "2000", "10000"]),
        new("log.index.interval.bytes", 600, ["0", "1", "100", "1000"]),
        new("log.index.size.max.bytes", 400, ["24", "48", "1024"]),
        new("log.retention.check.interval.ms", 800, ["300", "1000", "5000"]),
        new("log.initial.task.delay.ms", 850, ["0", "500", "3000"]),
        new("log.flush.offset.checkpoint.interval.ms", 600, ["200", "1000", "5000"]),
        new("log.cleaner.backoff.ms", 800, ["100", "1000"]),
        new("log.cleaner.min.cleanable.ratio", 300, ["0.0", "0.1"]),
        new("log.segment.delete.delay.ms", 600, ["0", "100", "2000"]),
        new("offsets.topic.segment.bytes", 300, ["1048576"]),
        new("offsets.topic.num.partitions", 500, ["1", "3", "7"]),
        new("metadata.log.max.record.bytes.between.snapshots", 500, ["100", "2000", "20000"]),
        new("metadata.log.max.snapshot.interval.ms", 400, ["1000", "5000"]),
        new("internal.metadata.log.segment.bytes", 300, ["4096", "65536"]),
        new("producer.id.expiration.ms", 200, ["1000", "5000"]),
        new("producer.id.expiration.check.interval.ms", 300, ["500", "2000"]),
        new("max.incremental.fetch.session.cache.slots", 300, ["0", "1", "2"]),
        new("connections.max.idle.ms", 200, ["1000", "5000"]),
        new("max.connections", 50, ["6", "20"]),
        new("message.max.bytes", 200, ["2000", "20000"]),
        new("fetch.max.bytes", 300, ["1024", "20000"]),
        new("offsets.retention.check.interval.ms", 500, ["500", "5000"]),
        new("offsets.retention.minutes", 150, ["1"]),
        new("offset.metadata.max.bytes", 100, ["10"]),
        new("group.consumer.max.size", 100, ["1", "2", "3"]),
        new("group.consumer.regex.refresh.interval.ms", 200, ["10000"]),
        new("group.consumer.migration.policy", 100, ["upgrade", "downgrade", "disabled"]),
        new("group.max.size", 200, ["1", "2", "3"]),
        new("socket.request.max.bytes", 50, ["100000"]),
        new("auto.create.topics.enable", 300, ["false"]),
        new("log.durability", 100, ["memory"]),
    ];
}
