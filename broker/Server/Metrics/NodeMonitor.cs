using Deterministic.Kernel;

namespace Deterministic.Server.Metrics;

/// <summary>
/// Tells from outside how a broker is. Each question is a conversation that may begin on any shard, also on one that is not the
/// broker's, and resumes there. Lives as long as its node.
/// </summary>
public sealed class NodeMonitor(BrokerNode node)
{
    /// <summary>How long a shard may take to answer that it is alive.</summary>
    public const long AnswerMsMax = 2_000;

    private Shard Home => node.KernelShards[ShardMap.ControllerShard];

    /// <summary>All metrics, as of now: each shard is asked in turn. Only what the process knows is missing. Empty while the broker does not run.</summary>
    public async Task<MetricSet> CollectAsync()
    {
        var set = await Shard.InvokeAsync(Home, static n => BeginSet(n), node);
        foreach (var shard in node.Shards)
        {
            set = await Shard.InvokeAsync(shard.Shard, static state => AddShard(state.shard, state.set), (shard, set));
        }

        set.Complete();
        return set;
    }

    /// <summary>
    /// Null when every shard answered within <see cref="AnswerMsMax"/>, else which did not. <paramref name="asker"/> is the shard that asks,
    /// whose clock counts.
    /// </summary>
    public Task<string?> CheckAliveAsync(Shard asker)
    {
        Check.That(asker.IsCurrent, $"shard {asker.Id} was said to ask and does not");
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var silent = node.KernelShards.Select(shard => shard.Id).ToHashSet();
        var limit = asker.Timers.Schedule(
            asker.MonotonicMs + AnswerMsMax,
            _ => answer.TrySetResult($"no answer within {AnswerMsMax} ms from shard {string.Join(", ", silent)}"),
            null);
        foreach (var shard in node.KernelShards)
        {
            shard.Post(() => asker.Post(() =>
            {
                silent.Remove(shard.Id);
                if (silent.Count == 0)
                {
                    limit.Cancel();
                    answer.TrySetResult(null);
                }
            }));
        }

        return answer.Task;
    }

    /// <summary>Null when clients may be sent here, else why not.</summary>
    public async Task<string?> CheckReadyAsync()
    {
        if (await Shard.InvokeAsync(Home, static n => NodeReadiness.OfNode(n), node) is { } reason)
        {
            return reason;
        }

        var committed = await Shard.InvokeAsync(Home, static n => n.Parts?.Controller.Committed, node);
        foreach (var shard in node.Shards)
        {
            if (await Shard.InvokeAsync(shard.Shard, static state => NodeReadiness.OfShard(state.shard, state.committed), (shard, committed)) is { } ofShard)
            {
                return ofShard;
            }
        }

        return null;
    }

    private static MetricSet BeginSet(BrokerNode node)
    {
        var set = new MetricSet();
        if (node is { State: NodeState.Running, Parts: { } parts, Storage: { } storage })
        {
            NodeReport.Write(parts, storage, node.State, set);
        }
        else
        {
            set.Gauge("server", "KafkaServer", "BrokerState", (int)node.State);
        }

        return set;
    }

    private static MetricSet AddShard(BrokerShard shard, MetricSet set)
    {
        ShardReport.Write(shard, set);
        return set;
    }
}
