using Deterministic.Server.Groups;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Composition;

/// <summary>The coordinators of a shard as their loaders see them. Stateless.</summary>
internal static class LoadedCoordinators
{
    internal sealed class OfGroups(GroupCoordinator groups) : ILoadedCoordinator
    {
        public void BeginLoad(int partition, int leaderEpoch) => groups.BeginLoad(partition);

        public void Replay(int partition, ReadOnlySpan<byte> batches) => groups.Replay(partition, batches);

        public void EndLoad(int partition) => groups.EndLoad(partition);

        public void Unload(int partition) => groups.Unload(partition);

        public void OnTopicDeleted(string topic) => groups.OnTopicDeleted(topic);
    }

    internal sealed class OfTransactions(TransactionCoordinator transactions) : ILoadedCoordinator
    {
        public void BeginLoad(int partition, int leaderEpoch) => transactions.BeginLoad(partition, leaderEpoch);

        public void Replay(int partition, ReadOnlySpan<byte> batches) => transactions.Replay(partition, batches);

        public void EndLoad(int partition) => transactions.EndLoad(partition);

        public void Unload(int partition) => transactions.Unload(partition);

        public void OnTopicDeleted(string topic)
        {
            // Markers find out for themselves that there is nobody left to be told.
        }
    }
}
