using System.Runtime.InteropServices;
using Deterministic.Kernel;
using Deterministic.Protocol;

namespace Deterministic.Server.Metrics;

/// <summary>
/// What one shard counts while it works: plain numbers that nobody else touches. A scrape is a conversation that asks each
/// shard and adds up. Lives as long as the shard; counters never fall within that life.
/// </summary>
public sealed class ShardMetrics(Shard shard)
{
    private const long MicrosPerSecond = 1_000_000;

    private readonly ApiMetrics?[] _apis = new ApiMetrics?[(int)ApiCatalog.All.ToArray().Max(api => api.Key) + 1];
    private readonly Dictionary<Uuid, TopicMetrics> _topics = [];
    private readonly List<ListenerMetrics> _listeners = [];

    /// <summary>All topics together, those that are gone too.</summary>
    public TopicMetrics AllTopics { get; } = new();

    /// <summary>By topic id.</summary>
    public IReadOnlyDictionary<Uuid, TopicMetrics> Topics => _topics;

    /// <summary>Those that had a connection here.</summary>
    public IReadOnlyList<ListenerMetrics> Listeners => _listeners;

    /// <summary>Requests to produce that wait for the disk.</summary>
    public int WaitingProduces { get; internal set; }

    /// <summary>Fetches that wait for records.</summary>
    public int WaitingFetches { get; internal set; }

    /// <summary>Fetches that waited until their time was over.</summary>
    public long ExpiredFetches { get; internal set; }

    /// <summary>How long the last cleaning of a log took, in milliseconds.</summary>
    public long LastCleaningMs { get; internal set; }

    /// <summary>When the log cleaner had last been through its logs, monotonic; 0 before that.</summary>
    public long CleanerRanMs { get; internal set; }

    /// <summary>How busy it is.</summary>
    public IdleMeter Idle { get; } = new(shard);

    /// <summary>Of those whose requests were seen.</summary>
    public IEnumerable<ApiMetrics> Apis => _apis.OfType<ApiMetrics>();

    /// <summary>Microseconds of a clock that never steps back.</summary>
    internal long NowMicros
    {
        get
        {
            var frequency = shard.Clock.TimestampFrequency;
            var ticks = shard.Clock.GetTimestamp();
            return frequency % MicrosPerSecond == 0
                ? ticks / (frequency / MicrosPerSecond)
                : (long)((Int128)ticks * MicrosPerSecond / frequency);
        }
    }

    internal ApiMetrics Of(ApiInfo api) => _apis[(int)api.Key] ??= new ApiMetrics(api);

    internal TopicMetrics OfTopic(Uuid topicId)
    {
        ref var topic = ref CollectionsMarshal.GetValueRefOrAddDefault(_topics, topicId, out _);
        return topic ??= new TopicMetrics();
    }

    internal ListenerMetrics OfListener(string name)
    {
        foreach (var listener in _listeners)
        {
            if (listener.Name == name)
            {
                return listener;
            }
        }

        var added = new ListenerMetrics(name);
        _listeners.Add(added);
        return added;
    }

    /// <summary>The topic was deleted: what was counted for it alone goes.</summary>
    internal void Forget(Uuid topicId) => _topics.Remove(topicId);
}
