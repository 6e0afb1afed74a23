using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Configs;
using Deterministic.Server.Tests.Connections;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Broker;

/// <summary>
/// A whole broker on a clock, a disk and a network that the test owns, driven by the test's one thread: nothing happens but in
/// <see cref="Settle"/> and <see cref="Advance"/>.
/// </summary>
public sealed class TestBroker
{
    public const int Port = 9092;
    private const int RunsMax = 2_000_000;

    private readonly int _shardCount;
    private readonly Dictionary<string, string> _properties;
    private Shard[] _shards = [];

    public TestBroker(int shardCount = 1, MemoryDisk? disk = null, params (string Key, string Value)[] properties)
    {
        _shardCount = shardCount;
        Disk = disk ?? new MemoryDisk();
        _properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listeners"] = "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
            ["log.dirs"] = "/data",
            ["group.initial.rebalance.delay.ms"] = "0",
            ["offsets.topic.num.partitions"] = "2",
            ["num.partitions"] = "1",
        };
        foreach (var (key, value) in properties)
        {
            _properties[key] = value;
        }

        Build();
    }

    public MemoryDisk Disk { get; }

    public MemoryNetwork Network { get; private set; } = null!;

    public ManualClock Clock { get; } = new();

    public ListLogger Log { get; } = new();

    public BrokerNode Node { get; private set; } = null!;

    public IReadOnlyList<Shard> Shards => _shards;

    public Exception? Fatal { get; private set; }

    /// <summary>A broker that answers.</summary>
    public static TestBroker Started(int shardCount = 1, MemoryDisk? disk = null, params (string Key, string Value)[] properties)
    {
        var broker = new TestBroker(shardCount, disk, properties);
        broker.Start();
        return broker;
    }

    public void Start() => Complete(Node.StartAsync());

    public bool Stop() => Complete(Node.StopAsync());

    /// <summary>The machine loses power and the broker starts again on what the disk kept.</summary>
    public void CrashAndRestart(IRandom? keptParts = null)
    {
        Disk.Crash(keptParts);
        Build();
        Start();
    }

    /// <summary>The process is killed and starts again.</summary>
    public void KillAndRestart()
    {
        Disk.KillProcess();
        Build();
        Start();
    }

    /// <summary>A new life after <see cref="Stop"/>.</summary>
    public void Restart()
    {
        Build();
        Start();
    }

    public TestClient Connect(string address = "127.0.0.1") => new(this, Network.Connect(Port, address));

    /// <summary>Runs every shard until none has work; time stands still.</summary>
    public void Settle()
    {
        var runs = 0;
        for (var any = true; any;)
        {
            any = false;
            foreach (var shard in _shards)
            {
                while (shard.HasWork || shard.NextDeadline <= shard.MonotonicMs)
                {
                    shard.Run(1);
                    any = true;
                    Assert.True(++runs < RunsMax, "the shards never come to rest");
                }
            }
        }
    }

    /// <summary>Lets time pass, from deadline to deadline.</summary>
    public void Advance(long milliseconds)
    {
        Settle();
        var end = Clock.GetTimestamp() + milliseconds;
        while (Clock.GetTimestamp() < end)
        {
            var next = Math.Min(end, _shards.Min(shard => shard.NextDeadline));
            Clock.Advance(Math.Max(1, next - Clock.GetTimestamp()));
            Settle();
        }
    }

    /// <summary>What a conversation that begins on shard 0 comes to without time passing.</summary>
    public TResult OnHome<TResult>(Func<Task<TResult>> conversation)
    {
        Task<TResult>? result = null;
        _shards[0].Post(() => result = conversation());
        Settle();
        Assert.True(result!.IsCompleted, "it never ends");
        return result.GetAwaiter().GetResult();
    }

    public TResult Complete<TResult>(Task<TResult> task)
    {
        Complete((Task)task);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs until the task is done. The task must be completed by a shard: nothing else makes progress here.</summary>
    public void Complete(Task task)
    {
        for (var i = 0; !task.IsCompleted && i < 10_000; i++)
        {
            Settle();
            if (!task.IsCompleted)
            {
                Advance(10);
            }
        }

        Assert.True(task.IsCompleted, "it never ends");
        task.GetAwaiter().GetResult();
    }

    public Uuid CreateTopic(string name, int partitions = 1, params (string Key, string Value)[] configs)
    {
        var client = Connect();
        var topic = new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = partitions, ReplicationFactor = 1 };
        foreach (var (key, value) in configs)
        {
            topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = key, Value = value });
        }

        var request = new CreateTopicsRequest { TimeoutMs = 5000 };
        request.Topics.Add(topic);
        var response = client.Ask<CreateTopicsRequest, CreateTopicsResponse>(7, request);
        Assert.Equal(0, response.Topics[0].ErrorCode);
        client.Close();
        return response.Topics[0].TopicId;
    }

    private void Build()
    {
        Network = new MemoryNetwork();
        _shards = new Shard[_shardCount];
        for (var i = 0; i < _shardCount; i++)
        {
            _shards[i] = new Shard(new ShardId(i), Clock, Disk, Network, new SeededRandom((ulong)i + 1), static () => { });
        }

        Node = new BrokerNode(_shards, new BrokerNodeOptions
        {
            Config = BrokerConfig.Of(_properties),
            Log = Log,
            OnFatal = e => Fatal = e,
        });
    }
}
