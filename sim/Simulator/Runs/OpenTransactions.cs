namespace Deterministic.Simulator.Runs;

/// <summary>What transactions hold up, for the message of a run that does not converge. Stateless.</summary>
internal static class OpenTransactions
{
    private const int ListMax = 10;

    internal static string Of(SimBroker broker)
    {
        var open = new List<string>();
        foreach (var shard in broker.Broker?.Shards ?? [])
        {
            foreach (var (_, partition) in shard.Partitions)
            {
                if (partition.Log.LastStableOffset < partition.HighWatermark)
                {
                    var producers = partition.Log.Producers.Producers.Where(producer => producer.HasOpenTransaction)
                        .Select(producer => $"producer {producer.ProducerId} with epoch {producer.ProducerEpoch} since {producer.TransactionFirstOffset}");
                    open.Add($"{partition.TopicPartition} is stable up to {partition.Log.LastStableOffset} of {partition.HighWatermark}: {string.Join(", ", producers)}");
                }
            }

            foreach (var (_, partition) in shard.Transactions.Partitions)
            {
                open.AddRange(partition.Ids.Values.Where(id => id.Metadata is not { IsIdle: true }).Select(id => $"{id.Id} is {id.Metadata}"));
            }
        }

        return string.Concat(open.Take(ListMax).Select(line => $"; {line}"));
    }
}
