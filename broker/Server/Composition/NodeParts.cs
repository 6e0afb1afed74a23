using Deterministic.Kernel;
using Deterministic.Raft;
using Deterministic.Server.Controller;

namespace Deterministic.Server.Composition;

/// <summary>The parts of a node, put together: controller on shard 0, and what each shard owns. Owned by shard 0; lives from start to stop.</summary>
internal sealed class NodeParts
{
    private NodeParts(NodeIdentity identity, PartitionMetadataLog metadataLog, QuorumController controller, IReadOnlyList<BrokerShard> shards)
    {
        Identity = identity;
        MetadataLog = metadataLog;
        Controller = controller;
        Shards = shards;
    }

    /// <summary>Who the node is to the cluster.</summary>
    internal NodeIdentity Identity { get; }

    /// <summary>The log of the metadata.</summary>
    internal PartitionMetadataLog MetadataLog { get; }

    /// <summary>The controller.</summary>
    internal QuorumController Controller { get; }

    /// <summary>By number.</summary>
    internal IReadOnlyList<BrokerShard> Shards { get; }

    /// <summary>Builds them. On shard 0, before the other shards work for the broker.</summary>
    internal static NodeParts Build(IReadOnlyList<Shard> shards, NodeStorage storage, BrokerNodeOptions options)
    {
        var home = shards[ShardMap.ControllerShard];
        var config = options.Config;
        var identity = ControllerSetup.IdentityOf(config, storage.LogDirs, home.Random);
        var controller = ControllerSetup.Create(
            home,
            config,
            identity,
            storage.MetadataDirectory,
            error =>
            {
                ServerLog.Fatal(options.Log, error);
                options.OnFatal(error);
            },
            out var metadataLog);

        var map = new ShardMap(shards.Count);
        var brokerShards = new BrokerShard[shards.Count];
        for (var i = 0; i < brokerShards.Length; i++)
        {
            brokerShards[i] = new BrokerShard(shards[i], map, config, storage.OfShard(i), options.Log, options.ThreadClock)
            {
                UnusableDirectories = storage.Unusable,
            };
        }

        var client = new ControllerClient(home, controller, config);
        foreach (var shard in brokerShards)
        {
            shard.Peers = brokerShards;
            shard.Quotas.Peers = [.. brokerShards.Select(peer => peer.Quotas)];
            ShardHandlers.Add(shard, client, identity);
            controller.Publisher.Add(shard.Shard, shard);
        }

        return new NodeParts(identity, metadataLog, controller, brokerShards);
    }
}
