using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Server.Metadata;
using Deterministic.Storage;

namespace Deterministic.Server.Composition;

/// <summary>
/// Tells the controller of log directories that fail and of those that are to take no new partitions; when no log directory is left the
/// broker stops. Owned by shard 0; lives from start to stop.
/// </summary>
internal sealed class DirectoryWatch(NodeParts parts, NodeStorage storage, BrokerNodeOptions options) : IMetadataListener
{
    private readonly Shard _home = parts.Shards[ShardMap.ControllerShard].Shard;
    private Configs.BrokerConfig? _config;
    private bool _isStopped;

    /// <summary>Begins.</summary>
    internal void Start()
    {
        foreach (var directory in storage.LogDirs)
        {
            directory.OnFailed = error => _home.Post(() => OnFailed(directory, error));
        }
    }

    /// <summary>The node stops: what fails now is found by the next start.</summary>
    internal void Stop() => _isStopped = true;

    /// <inheritdoc/>
    public void OnImage(MetadataImage image, MetadataDelta delta)
    {
        var config = parts.Shards[ShardMap.ControllerShard].Config;
        if (ReferenceEquals(config, _config) || _isStopped)
        {
            return;
        }

        _config = config;
        _home.Post(() =>
        {
            if (!_isStopped)
            {
                parts.Controller.Decide((current, nodeId) => Controller.DirectoryCordon.Decide(CordonedBy(config), current, nodeId));
            }
        });
    }

    /// <summary>The ids of <c>cordoned.log.dirs</c>, in the order of <c>log.dirs</c>; <c>*</c> stands for all.</summary>
    private ImmutableArray<Uuid> CordonedBy(Configs.BrokerConfig config) =>
    [
        .. storage.LogDirs.Where(directory => config.IsCordoned(directory.Path)).Select(directory => directory.Properties!.DirectoryId),
    ];

    private void OnFailed(LogDirectory directory, IOException error)
    {
        ServerLog.DirectoryFailed(options.Log, directory.Path, error.Message);
        if (_isStopped)
        {
            Mark.Hit("node.directory-failed-at-the-stop");
            return;
        }

        if (storage.LogDirs.All(storage.IsOffline))
        {
            Mark.Hit("node.all-directories-failed");
            var all = new IOException($"The broker stops, because all log dirs in {string.Join(", ", options.Config.LogDirs)} have failed; the last one: {error.Message}", error);
            ServerLog.Fatal(options.Log, all);
            options.OnFatal(all);
            return;
        }

        Mark.Hit("node.directory-failed");
        var id = directory.Properties!.DirectoryId;
        parts.Controller.Decide((image, nodeId) => Controller.DirectoryFailure.Decide(id, image, nodeId));
    }
}
