using Deterministic.Raft;
using Deterministic.Server.Metadata;
using Deterministic.Server.Tests.Controller;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Metadata;

/// <summary>Metadata directories that Apache Kafka 4.3.1 wrote: read, continued, snapshotted, without a loss.</summary>
public sealed class GoldenMetadataTests
{
    [Theory]
    [InlineData("metadata-dynamic", "/var/data", 1)]
    [InlineData("metadata-static", "/var/data/logs-1,/var/data/logs-2", 0)]
    public void A_directory_of_Kafka_starts_and_goes_on(string name, string logDirs, short kraftVersion)
    {
        var node = Open(name, logDirs);
        var broker = node.Image.FindBroker(1)!;

        Assert.Equal(kraftVersion, node.Controller.Raft.KRaftVersion);
        Assert.Equal(30, node.Image.MetadataVersion);
        Assert.False(broker.IsFenced);
        Assert.Equal(3, node.Image.FindTopic("w-a")!.Partitions.Length);
        Assert.All(
            node.Image.TopicsByName.Values.SelectMany(topic => topic.Partitions),
            partition => Assert.Equal((1, 0), (partition.Leader, partition.LeaderRecoveryState)));
        Assert.Equal("delete", node.Image.ConfigOf(ConfigResource.OfTopic("w-b"))["cleanup.policy"]);
        Assert.Equal("earliest", node.Image.ConfigOf(new ConfigResource(ConfigResource.Group, "share-1"))["share.auto.offset.reset"]);

        Assert.Equal(0, node.Create("ours").ErrorCode);
        node.Restart();
        Assert.NotNull(node.Image.FindTopic("ours"));
        Assert.NotNull(node.Image.FindTopic("w-a"));
    }

    [Fact]
    public void Access_control_quotas_credentials_and_tokens_are_kept()
    {
        var node = Open("metadata-static", "/var/data/logs-1,/var/data/logs-2");

        Assert.Equal(2, node.Image.Acls.Count);
        Assert.Equal(3, node.Image.ClientQuotas.Count);
        Assert.Equal(["scram256", "scram512"], node.Image.ScramCredentials.Keys.Select(key => key.User));
        var before = node.Image;
        node.Restart();
        Assert.Equal(before.Acls.Keys, node.Image.Acls.Keys);
        Assert.Equal(before.ClientQuotas.Keys, node.Image.ClientQuotas.Keys);
        Assert.Equal(before.DelegationTokens.Keys, node.Image.DelegationTokens.Keys);
    }

    [Theory]
    [InlineData("metadata-dynamic", "/var/data")]
    [InlineData("metadata-static", "/var/data/logs-1,/var/data/logs-2")]
    public void Images_of_Kafkas_log_and_snapshots_survive_their_way_through_our_snapshot_records(string name, string logDirs)
    {
        var node = Open(name, logDirs);
        ControllerNode.AssertSame(node.Image, ControllerNode.ImageOf(MetadataSnapshotRecords.Of(node.Image)));
        foreach (var id in node.Controller.Raft.Snapshots.Ids)
        {
            var content = SnapshotContent.Read(
                node.Controller.Raft.Snapshots.ReadAll(id), node.Controller.Raft.Snapshots.PathOf(id));
            var theirs = content.Batches.SelectMany(batch => batch.Values).ToList();
            var ours = MetadataSnapshotRecords.Of(ControllerNode.ImageOf(theirs)).ToList();

            // The same records byte for byte, though perhaps in another order.
            Assert.Equal(Sorted(theirs), Sorted(ours));
        }
    }

    [Fact]
    public void A_snapshot_of_Kafka_is_the_same_as_the_log_up_to_it()
    {
        var node = Open("metadata-static", "/var/data/logs-1,/var/data/logs-2");
        var raft = node.Controller.Raft;
        var id = raft.Snapshots.Ids.Last();
        var fromSnapshot = ControllerNode.ImageOf(
            SnapshotContent.Read(raft.Snapshots.ReadAll(id), raft.Snapshots.PathOf(id)).Batches.SelectMany(batch => batch.Values));
        foreach (var other in raft.Snapshots.Ids.ToArray())
        {
            raft.Snapshots.Delete(other);
        }

        var replayer = new MetadataReplayer(MetadataImage.Empty);
        foreach (var file in node.Disk.ListFiles("/var/data/logs-1/__cluster_metadata-0").Where(f => f.EndsWith(".log", StringComparison.Ordinal)))
        {
            ReplayFile(node, "/var/data/logs-1/__cluster_metadata-0/" + file, id.EndOffset, replayer);
        }

        ControllerNode.AssertSame(Ordered(fromSnapshot), Ordered(replayer.Image));
    }

    private static void ReplayFile(ControllerNode node, string path, long endOffset, MetadataReplayer replayer)
    {
        using var file = node.Disk.Open(path, Kernel.Ports.FileOpening.ReadOnly);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        var position = 0;
        while (position < bytes.Length)
        {
            var header = new Protocol.Records.RecordBatchHeader(bytes.AsSpan(position));
            var batch = MetadataBatch.Open(bytes.AsMemory(position, (int)header.TotalBytes));
            position += (int)header.TotalBytes;
            if (!batch.IsControl && batch.LastOffset < endOffset)
            {
                replayer.Replay(batch.Values, batch.LastOffset, batch.Epoch, batch.TimestampMs);
            }
        }
    }

    // Kafka's snapshots name a broker's features and listeners in an order of their own.
    private static MetadataImage Ordered(MetadataImage image) => image with
    {
        Brokers = image.Brokers.SetItems(image.Brokers.Values.Select(broker => KeyValuePair.Create(broker.BrokerId, broker with
        {
            Features = [.. broker.Features.OrderBy(feature => feature.Name, StringComparer.Ordinal)],
            Endpoints = [.. broker.Endpoints.OrderBy(endpoint => endpoint.ListenerName, StringComparer.Ordinal)],
        }))),
        Controllers = image.Controllers.SetItems(image.Controllers.Values.Select(controller => KeyValuePair.Create(controller.ControllerId, controller with
        {
            Features = [.. controller.Features.OrderBy(feature => feature.Name, StringComparer.Ordinal)],
        }))),
    };

    private static List<string> Sorted(IEnumerable<ReadOnlyMemory<byte>> records) =>
        [.. records.Select(record => Convert.ToHexString(record.Span)).Order(StringComparer.Ordinal)];

    private static ControllerNode Open(string name, string logDirs)
    {
        var disk = new MemoryDisk();
        GoldenLogs.Unpack(disk, "/var", name);
        disk.SyncAll();
        return new ControllerNode(disk, logDirs).Start();
    }
}
