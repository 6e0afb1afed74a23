using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Controller;
using Deterministic.Server.Replication;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Invariants;
using Deterministic.Simulator.Networks;
using Deterministic.Simulator.Picking;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Worlds;
using Deterministic.Storage;

namespace Deterministic.Simulator.Tests.Invariants;

/// <summary>
/// A broker in a world, watched by all invariants after every step. There are no clients: a test works on its parts
/// directly, and breaks them where it wants to see an invariant fail.
/// </summary>
internal sealed class WatchedBroker
{
    public const long Second = 1_000_000;

    public WatchedBroker(params (string Key, string Value)[] properties)
    {
        World = new World(1, new Choices(new SeededChooser(1)), new UniformPicker(0));
        var network = new SimNetwork(World, new NetworkSettings());
        var node = World.AddNode("broker", (world, name) => new SimDisk(world, name), network.AddCard);
        var plan = new BrokerPlan();
        plan.Properties["group.initial.rebalance.delay.ms"] = "0";
        foreach (var (key, value) in properties)
        {
            plan.Properties[key] = value;
        }

        Broker = new SimBroker(World, node, plan);
        Set = InvariantSet.All(World);
        Broker.OnState = state => Set.OnState(Broker, state);
        World.AfterStep = AfterStep;
        Broker.Start();
        Serve();
    }

    public World World { get; }

    public SimBroker Broker { get; }

    public InvariantSet Set { get; }

    /// <summary>Called after every step, before the invariants are.</summary>
    public Action? BeforeWatching { get; set; }

    public IDisk Disk => Node.Process!.Shards[0].Disk;

    public SimNode Node => Broker.Node;

    /// <summary>Lets time pass.</summary>
    public void Run(long us = Second) => World.RunUntil(static () => false, World.NowUs + us);

    /// <summary>Lets time pass until the broker serves.</summary>
    public void Serve() =>
        Assert.True(World.RunUntil(() => Broker.State == BrokerState.Serving, World.NowUs + 60 * Second), "the broker never serves");

    public void Restart(ProcessEnd end)
    {
        Broker.Crash(end, 1000);
        Serve();
    }

    public void StopAndStart()
    {
        Broker.Stop(1000);
        World.RunUntil(() => Broker.State == BrokerState.Down, World.NowUs + 60 * Second);
        Serve();
    }

    public Partition CreateTopic(string name, params (string Key, string Value)[] configs)
    {
        var request = new CreateTopicsRequest();
        var topic = new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = 1, ReplicationFactor = 1 };
        foreach (var (key, value) in configs)
        {
            topic.Configs.Add(new CreateTopicsRequest.CreatableTopicConfig { Name = key, Value = value });
        }

        request.Topics.Add(topic);
        On(0, () => Broker.Broker!.Parts!.Controller.CreateTopics(request, static (_, _) => { }));
        Run();
        return Partition(name);
    }

    public void DeleteTopic(string name)
    {
        var request = new DeleteTopicsRequest { TimeoutMs = 1000 };
        request.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = name });
        On(0, () => Broker.Broker!.Parts!.Controller.DeleteTopics(request, static (_, _) => { }));
        Run();
        Assert.DoesNotContain(Broker.Broker!.Shards.SelectMany(shard => shard.Partitions.Values), p => p.TopicPartition.Topic == name);
    }

    /// <summary>Changes one key of a topic's configuration.</summary>
    public void Alter(string name, string key, string value)
    {
        var resource = new IncrementalAlterConfigsRequest.AlterConfigsResource { ResourceType = 2, ResourceName = name };
        resource.Configs.Add(new IncrementalAlterConfigsRequest.AlterableConfig { Name = key, Value = value });
        var request = new IncrementalAlterConfigsRequest();
        request.Resources.Add(resource);
        var error = -1;
        On(0, () => Broker.Broker!.Parts!.Controller.Decide<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
            request, ConfigAlteration.Decide, (response, _) => error = response.Responses[0].ErrorCode));
        Run();
        Assert.Equal(0, error);
    }

    /// <summary>Gives a topic more partitions.</summary>
    public void AddPartitions(string name, int count)
    {
        var request = new CreatePartitionsRequest { TimeoutMs = 1000 };
        request.Topics.Add(new CreatePartitionsRequest.CreatePartitionsTopic
        {
            Name = name, Count = count, Assignments = Seq<CreatePartitionsRequest.CreatePartitionsAssignment>.Null,
        });
        On(0, () => Broker.Broker!.Parts!.Controller.Decide<CreatePartitionsRequest, CreatePartitionsResponse>(
            request, PartitionCreation.Decide, static (response, _) => Assert.Equal(0, response.Results[0].ErrorCode)));
        Run();
    }

    /// <summary>Deletes the records of a topic's only partition before an offset, as a client that is told of it.</summary>
    public void DeleteRecords(string name, long offset, bool isDurable = true)
    {
        var partition = Partition(name);
        Set.Promises.AskDeletion(partition.TopicPartition, offset);
        On(ShardOf(partition), () => Assert.Equal(ErrorCode.None, partition.DeleteRecordsBefore(offset).Error));
        if (isDurable)
        {
            var written = Broker.Broker!.Shards[0].WriteCheckpoints!();
            Run();
            Assert.True(written.IsCompletedSuccessfully && written.Result);
        }

        Set.Promises.Deleted(partition.TopicPartition, offset);
    }

    public Partition Partition(string name) =>
        Broker.Broker!.Shards.SelectMany(shard => shard.Partitions.Values).Single(partition => partition.TopicPartition.Topic == name);

    public PartitionLog Log(string name) => Partition(name).Log;

    /// <summary>Appends a batch, and waits until it is acknowledged.</summary>
    public void Append(string topic, int records = 1, long producerId = -1, int sequence = -1, int valueBytes = 10, long? timestampMs = null)
    {
        var partition = Partition(topic);
        On(ShardOf(partition), () => Assert.Equal(
            ErrorCode.None,
            partition.AppendAsLeader(Batch(records, producerId, sequence, valueBytes, timestampMs), -1, 11).Error));
        Run(Second / 10);
        Assert.Equal(partition.Log.LogEndOffset, partition.HighWatermark);
    }

    public byte[] Batch(int records, long producerId = -1, int sequence = -1, int valueBytes = 10, long? timestampMs = null)
    {
        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions { ProducerId = producerId, ProducerEpoch = (short)(producerId < 0 ? -1 : 0), BaseSequence = sequence });
        for (var i = 0; i < records; i++)
        {
            var nowMs = Node.Clock.GetUtcNow().ToUnixTimeMilliseconds();
            builder.Append(timestampMs ?? nowMs, new Blob(new byte[] { (byte)i }), new Blob(new byte[valueBytes]));
        }

        return builder.BuildArray();
    }

    public int ShardOf(Partition partition) =>
        Broker.Broker!.Shards.Single(shard => shard.Partitions.Values.Contains(partition)).Shard.Id.Value;

    /// <summary>Runs code on a shard of the broker, in a step of its own.</summary>
    public void On(int shard, Action action)
    {
        var isDone = false;
        Broker.Node.Process!.Shards[shard].Post(() =>
        {
            action();
            isDone = true;
        });
        Assert.True(World.RunUntil(() => isDone, World.NowUs + Second), "the shard never came to it");
    }

    /// <summary>Changes a file behind the broker's back.</summary>
    public void Damage(string path, long position, params byte[] bytes)
    {
        using var file = Disk.Open(path, FileOpening.Existing);
        file.Write(position, bytes);
        file.Flush();
    }

    /// <summary>Looks at everything; the broker must be found sound.</summary>
    public void Inspect()
    {
        Set.Inspect(Broker);
        AssertSound();
    }

    public void AssertSound() => Assert.True(World.Violation is null, World.Violation?.ToString());

    /// <summary>Looks at everything; the named invariant, and none before it, must be found violated.</summary>
    public ViolationException Violation(string invariant)
    {
        Set.Inspect(Broker);
        Assert.NotNull(World.Violation);
        Assert.Equal(invariant, World.Violation.Invariant);
        return World.Violation;
    }

    private void AfterStep()
    {
        BeforeWatching?.Invoke();
        for (var i = 0; i < (Broker.Broker?.Shards.Count ?? 0); i++)
        {
            Set.AfterStep(Broker, i);
        }

        Broker.Observe();
    }
}
