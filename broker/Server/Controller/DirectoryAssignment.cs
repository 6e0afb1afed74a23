using System.Runtime.InteropServices;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>A replica of this node and the log directory that it is in.</summary>
public readonly record struct DirectoryAssignment(Uuid TopicId, int PartitionId, Uuid DirectoryId)
{
    internal static MetadataRecordList Decide(IReadOnlyList<DirectoryAssignment> assignments, MetadataImage image, int nodeId)
    {
        var records = new MetadataRecordList();
        foreach (var assignment in assignments)
        {
            var partition = image.FindPartition(assignment.TopicId, assignment.PartitionId);
            var index = partition?.Replicas.IndexOf(nodeId) ?? -1;

            // A topic may have been deleted since, or the directory have failed.
            if (partition is not null && image.FindBroker(nodeId) is { } broker && broker.LogDirs.Contains(assignment.DirectoryId) && index >= 0 && partition.Directories[index] != assignment.DirectoryId)
            {
                var directories = partition.Directories.SetItem(index, assignment.DirectoryId);
                records.Add(
                    new PartitionChangeRecord
                    {
                        PartitionId = assignment.PartitionId,
                        TopicId = assignment.TopicId,
                        Directories = Seq<Uuid>.Of(ImmutableCollectionsMarshal.AsArray(directories)!),
                    },
                    RecordVersions.PartitionChange);
            }
        }

        return records;
    }
}
