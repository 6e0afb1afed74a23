using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Configs;
using Deterministic.Server.Controller;
using Deterministic.Server.Metadata;
using Deterministic.Storage;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Controller;

/// <summary>The controller of one node as a test drives it: a shard, a disk, log directories, one listener.</summary>
internal sealed class ControllerNode : IStorageLog
{
    internal const string Root = "/var/data";

    private readonly Dictionary<string, string> _properties;

    internal ControllerNode(MemoryDisk? disk = null, string logDirs = Root, params (string Key, string Value)[] settings)
    {
        Disk = disk ?? new MemoryDisk();
        _properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["node.id"] = "1",
            ["listeners"] = "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
            ["log.dirs"] = logDirs,
        };
        foreach (var (key, value) in settings)
        {
            _properties[key] = value;
        }

        Config = BrokerConfig.Of(_properties);
    }

    internal MemoryDisk Disk { get; }

    internal ManualClock Clock { get; } = new();

    internal BrokerConfig Config { get; }

    internal SeededRandom Random { get; } = new(7);

    internal Shard Shard { get; private set; } = null!;

    internal QuorumController Controller { get; private set; } = null!;

    internal ControllerClient Client { get; private set; } = null!;

    internal MetadataCache Cache { get; private set; } = null!;

    internal NodeIdentity Identity { get; private set; } = null!;

    internal List<Exception> Fatal { get; } = [];

    internal MetadataImage Image => Cache.Image;

    public void Info(string message)
    {
    }

    public void Warning(string message)
    {
    }

    public void Error(string message)
    {
    }

    internal ControllerNode Format(string? clusterId = null)
    {
        StorageFormatter.Format(
            Disk, Random, Clock.WallClockMs, ControllerSetup.FormatOptionsOf(Config, clusterId, ignoreFormatted: true));
        Disk.SyncAll();
        return this;
    }

    /// <summary>Starts a life of the node over what the disk holds.</summary>
    internal ControllerNode Start()
    {
        Shard = new Shard(new ShardId(0), Clock, Disk, null!, Random, static () => { });
        Cache = new MetadataCache();
        var isStarted = false;
        Do(() =>
        {
            var directories = Config.LogDirs.Select(path => LogDirectory.Open(Disk, path, this, null, Config.NodeId)).ToList();
            var group = directories[0].Attach(Shard);
            Identity = ControllerSetup.IdentityOf(Config, directories, Random);
            Controller = ControllerSetup.Create(Shard, Config, Identity, group, Fatal.Add, out _);
            Controller.Publisher.Add(Shard, Cache);
            Client = new ControllerClient(Shard, Controller, Config);
            Controller.Start(error => isStarted = error is null);
        });
        Assert.True(isStarted, "the controller did not start");
        return this;
    }

    /// <summary>The process is killed and started again.</summary>
    internal ControllerNode Restart()
    {
        Disk.KillProcess();
        return Start();
    }

    /// <summary>Does something on the shard, and everything that follows from it.</summary>
    internal void Do(Action action)
    {
        Exception? thrown = null;
        Shard.Post(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = e;
            }
        });
        RunAll();
        if (thrown is not null)
        {
            throw new AggregateException(thrown);
        }
    }

    internal T Await<T>(Func<Task<T>> conversation)
    {
        Task<T>? task = null;
        Do(() => task = conversation());
        Assert.True(task!.IsCompleted, "the conversation waits for ever");
        return task.GetAwaiter().GetResult();
    }

    internal CreateTopicsResponse.CreatableTopicResult Create(
        string name, int partitions = 1, short replicationFactor = 1, bool validateOnly = false, params (string, string?)[] configs) =>
        Create(Topic(name, partitions, replicationFactor, configs), validateOnly).Topics[0];

    internal CreateTopicsResponse Create(CreateTopicsRequest.CreatableTopic topic, bool validateOnly = false, int timeoutMs = 1000) =>
        Await(() => Client.CreateTopicsAsync(new CreateTopicsRequest
        {
            Topics = Seq<CreateTopicsRequest.CreatableTopic>.Of(topic),
            TimeoutMs = timeoutMs,
            ValidateOnly = validateOnly,
        }));

    internal static CreateTopicsRequest.CreatableTopic Topic(
        string name, int partitions = 1, short replicationFactor = 1, params (string Name, string? Value)[] configs)
    {
        var topic = new CreateTopicsRequest.CreatableTopic
        {
            Name = Text.Of(name),
            NumPartitions = partitions,
            ReplicationFactor = replicationFactor,
        };
        foreach (var (key, value) in configs)
        {
            topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = Text.Of(key), Value = Text.Of(value) });
        }

        return topic;
    }

    internal DeleteTopicsResponse.DeletableTopicResult Delete(string? name, Uuid id = default, int timeoutMs = 1000) =>
        Await(() => Client.DeleteTopicsAsync(new DeleteTopicsRequest
        {
            Topics = Seq<DeleteTopicsRequest.DeleteTopicState>.Of(
                new DeleteTopicsRequest.DeleteTopicState { Name = Text.Of(name), TopicId = id }),
            TimeoutMs = timeoutMs,
        })).Responses[0];

    /// <summary>Two images say the same if the same records make them.</summary>
    internal static void AssertSame(MetadataImage expected, MetadataImage actual) =>
        Assert.Equal(Dump(expected), Dump(actual));

    internal static List<string> Dump(MetadataImage image) =>
        [.. MetadataSnapshotRecords.Of(image).Select(record => Convert.ToHexString(record.Span))];

    internal static MetadataImage ImageOf(IEnumerable<ReadOnlyMemory<byte>> records)
    {
        var delta = new MetadataDelta(MetadataImage.Empty);
        foreach (var record in records)
        {
            delta.Replay(record);
        }

        return delta.Build(0, 0, 0);
    }

    private void RunAll()
    {
        const int runsMax = 100_000;
        for (var i = 0; i < runsMax && Shard.HasWork; i++)
        {
            Shard.Run(100);
        }
    }
}
