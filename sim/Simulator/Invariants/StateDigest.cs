using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>Folds what a broker's state comes down to into the run's hash, so that two runs that part in state part in hash. Stateless.</summary>
internal static class StateDigest
{
    internal static void AddTo(RunHash hash, Inspection inspection)
    {
        foreach (var log in inspection.Logs)
        {
            hash.Add(log.Id.TopicId.High);
            hash.Add(log.Id.TopicId.Low ^ (uint)log.Id.PartitionId);
            hash.Add((ulong)log.Now.Start);
            hash.Add((ulong)log.Now.HighWatermark);
            hash.Add((ulong)log.Now.End);
            hash.Add((ulong)(uint)log.Now.LatestEpoch);
            hash.Add((ulong)log.Log!.SegmentCount);
        }

        foreach (var shard in inspection.Parts.Shards)
        {
            hash.Add((ulong)shard.Image.Offset);
            foreach (var (index, partition) in shard.Groups.Partitions)
            {
                hash.Add((ulong)(uint)index);
                foreach (var (id, group) in partition.Groups)
                {
                    hash.Add(id.ToString());
                    hash.Add((ulong)(uint)group.GenerationId ^ ((ulong)group.Members.Count << 32));
                }
            }
        }
    }
}
