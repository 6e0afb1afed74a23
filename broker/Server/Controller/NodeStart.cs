using System.Collections.Immutable;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>
/// Decides what changes when this node starts: it registers anew as controller and as broker, which fences its former
/// life; then it is unfenced and elected where it may lead. As with Apache Kafka both steps raise leader epochs, so that
/// nobody mistakes this life for the former one. While the quorum has one voter, brokers other than this one are fenced,
/// since nobody can hear of them. Lives for one start on shard 0.
/// <para>A replica is elected only where no committed record can be missing: from the ISR, the ELR, as the last known
/// leader of an empty ELR, or where it is the only replica; and never while its log directory is not there.</para>
/// </summary>
internal sealed class NodeStart
{
    private const sbyte Fence = 1;
    private const sbyte Unfence = -1;

    private readonly MetadataImage _image;
    private readonly NodeIdentity _node;
    private readonly bool _hasElr;
    private readonly MetadataRecordList _records = new();

    private NodeStart(MetadataImage image, NodeIdentity node)
    {
        _image = image;
        _node = node;
        _hasElr = image.FeatureLevel(FeatureNames.EligibleLeaderReplicasVersion) > 0;
    }

    /// <summary>The records of a start, of which the first gets <paramref name="baseOffset"/>. Each is valid on its own behind those before it.</summary>
    internal static MetadataRecordList Decide(MetadataImage image, NodeIdentity node, long baseOffset)
    {
        var start = new NodeStart(image, node);
        start.Register(baseOffset);
        var before = start._records.Count;
        var isr = start.LoseReplicas();
        start._records.Add(
            new BrokerRegistrationChangeRecord { BrokerId = node.NodeId, BrokerEpoch = baseOffset + 1, Fenced = Unfence },
            RecordVersions.BrokerFencing);
        start.Elect(isr);
        Kernel.Check.That(before == 2 + start.FencedOthers, $"{before} records of registration");
        return start._records;
    }

    private int FencedOthers { get; set; }

    private void Register(long baseOffset)
    {
        _records.Add(MetadataSnapshotRecords.ToRecord(new ControllerImage
        {
            ControllerId = _node.NodeId,
            IncarnationId = _node.IncarnationId,
            Endpoints = _node.ControllerEndpoints,
            Features = SupportedFeatures.All,
        }));
        _records.Add(
            MetadataSnapshotRecords.ToRecord(new BrokerImage
            {
                BrokerId = _node.NodeId,
                BrokerEpoch = baseOffset + 1,
                IncarnationId = _node.IncarnationId,
                Endpoints = _node.Endpoints,
                Features = SupportedFeatures.All,
                Rack = _node.Rack,
                IsFenced = true,
                LogDirs = _node.LogDirs,
                CordonedLogDirs = [],
            }),
            RecordVersions.RegisterBroker);
        foreach (var broker in _image.Brokers.Values)
        {
            if (broker.BrokerId != _node.NodeId && !broker.IsFenced)
            {
                Mark.Hit("controller.other-broker-fenced");
                _records.Add(
                    new BrokerRegistrationChangeRecord { BrokerId = broker.BrokerId, BrokerEpoch = broker.BrokerEpoch, Fenced = Fence },
                    RecordVersions.BrokerFencing);
                FencedOthers++;
            }
        }
    }

    // Everybody is fenced for a moment: no leader, and the ISR turns into the ELR (without ELR it stays as the last ISR).
    private List<Replicas> LoseReplicas()
    {
        var all = new List<Replicas>();
        foreach (var topic in _image.TopicsByName.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                var after = new Replicas(topic.Id, partition, partition.Isr, partition.EligibleLeaderReplicas, partition.LastKnownElr);
                if (partition.Leader != PartitionImage.NoLeader || (_hasElr && !partition.Isr.IsEmpty))
                {
                    after = Lose(after);
                }

                all.Add(after);
            }
        }

        return all;
    }

    private Replicas Lose(Replicas before)
    {
        var partition = before.Partition;
        var record = new PartitionChangeRecord { PartitionId = partition.PartitionId, TopicId = before.TopicId };
        if (partition.Leader != PartitionImage.NoLeader)
        {
            record.Leader = PartitionImage.NoLeader;
        }

        var after = before;
        if (_hasElr)
        {
            ImmutableArray<int> lastKnown = partition.Leader != PartitionImage.NoLeader ? [partition.Leader] : before.LastKnownElr;
            after = before with
            {
                Isr = [],
                Elr = [.. before.Elr.Union(before.Isr).Order()],
                LastKnownElr = lastKnown,
            };
            record.Isr = PartitionImage.ToSeq(after.Isr);
            record.EligibleLeaderReplicas = PartitionImage.ToSeq(after.Elr);
            record.LastKnownElr = PartitionImage.ToSeq(after.LastKnownElr);
        }

        _records.Add(record, RecordVersions.PartitionChange);
        return after;
    }

    private void Elect(List<Replicas> all)
    {
        foreach (var partition in all)
        {
            if (MayLead(partition))
            {
                var record = new PartitionChangeRecord
                {
                    PartitionId = partition.Partition.PartitionId,
                    TopicId = partition.TopicId,
                    Isr = Seq<int>.Of(_node.NodeId),
                    Leader = _node.NodeId,
                };
                if (_hasElr)
                {
                    record.EligibleLeaderReplicas = PartitionImage.ToSeq(RemainingElr(partition));
                    record.LastKnownElr = Seq<int>.Of();
                }

                if (partition.Partition.LeaderRecoveryState != 0)
                {
                    // It leads alone, so what it has is all there is: recovered.
                    Mark.Hit("controller.recovery-state-cleared");
                    record.LeaderRecoveryState = 0;
                }

                _records.Add(record, RecordVersions.PartitionChange);
            }
        }
    }

    // Others that hold every committed record stay eligible while fewer than min.insync.replicas are in sync.
    private ImmutableArray<int> RemainingElr(Replicas partition) => partition.Elr.Remove(_node.NodeId);

    private bool MayLead(Replicas partition)
    {
        var self = _node.NodeId;
        var replicas = partition.Partition.Replicas;
        if (!replicas.Contains(self) || !IsDirectoryOnline(partition.Partition.DirectoryOf(self)))
        {
            return false;
        }

        return partition.Isr.Contains(self)
            || partition.Elr.Contains(self)
            || replicas.Length == 1
            || (partition.Isr.IsEmpty && partition.Elr.IsEmpty && partition.LastKnownElr.Contains(self));
    }

    private bool IsDirectoryOnline(Uuid directory) =>
        _node.LogDirs.Contains(directory) || directory == DirectoryIds.Migrating || directory == DirectoryIds.Unassigned;

    private sealed record Replicas(
        Uuid TopicId,
        PartitionImage Partition,
        ImmutableArray<int> Isr,
        ImmutableArray<int> Elr,
        ImmutableArray<int> LastKnownElr);
}
