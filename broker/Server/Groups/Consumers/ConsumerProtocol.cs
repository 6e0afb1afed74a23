using Deterministic.Kernel;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>The consumer protocol (KIP-848) of one coordinator, put together. Owned by it, lives as long.</summary>
internal sealed class ConsumerProtocol
{
    internal ConsumerProtocol(Shard shard, GroupConfig config, IGroupSettings settings, IGroupTopics topics, GroupRebalances rebalances)
    {
        var targets = new TargetAssignments(shard, config, settings, topics);
        var steps = new ConsumerSteps(new Subscribing(shard, config, topics), targets, topics);
        var migration = new GroupMigration(shard, config, topics, rebalances);
        Changes = new ConsumerChanges(shard, config, settings, steps, migration);
        Heartbeats = new ConsumerHeartbeats(shard, config, settings, topics, steps, Changes, migration);
        Classic = new ClassicBridge(shard, config, topics, steps, Changes);
        Descriptions = new ConsumerDescriptions(topics, targets);
    }

    internal ConsumerChanges Changes { get; }

    internal ConsumerHeartbeats Heartbeats { get; }

    internal ClassicBridge Classic { get; }

    internal ConsumerDescriptions Descriptions { get; }

    /// <summary>The partition of the group went to another node: nothing happens to it here any more, and who waits is sent away.</summary>
    internal static void Close(ClassicGroup group)
    {
        foreach (var (_, timers) in group.Timers)
        {
            timers.Cancel();
        }

        group.Timers.Clear();
        group.Line.Leave();
        while (group.WhenIdle.TryDequeue(out var next))
        {
            next();
        }
    }
}
