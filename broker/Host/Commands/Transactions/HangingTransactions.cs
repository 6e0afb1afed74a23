using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands.Transactions;

/// <summary><c>transactions find-hanging</c>: transactions that a partition holds open and no coordinator will end. Lives for the command line.</summary>
internal sealed class HangingTransactions
{
    private const int MsInMinute = 60_000;

    private readonly CommonOptions _common;
    private readonly Option<int?> _broker = new("--broker-id") { Description = "Partitions of this broker" };
    private readonly Option<string?> _topic = new("--topic") { Description = "Partitions of this topic" };
    private readonly Option<int?> _partition = new("--partition") { Description = "This partition of --topic" };
    private readonly Option<int> _maxTimeout = new("--max-transaction-timeout")
    {
        Description = "Minutes after which a transaction without writes is suspicious (transaction.max.timeout.ms of the brokers)",
        DefaultValueFactory = _ => 15,
    };

    private HangingTransactions(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    internal static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new HangingTransactions(common);
        var command = new Command("find-hanging", "Find transactions that no coordinator will end")
        {
            common.BootstrapServer, common.Json, self._broker, self._topic, self._partition, self._maxTimeout,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var (broker, topic, partition) = (result.GetValue(_broker), result.GetValue(_topic), result.GetValue(_partition));
        if (broker is null && topic is null)
        {
            throw new CommandException("find-hanging needs --broker-id or --topic, which say where to search");
        }

        if (partition is not null && topic is null)
        {
            throw new CommandException("--partition needs --topic");
        }

        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-transactions");
        var admin = new TransactionAdmin(client);
        var partitions = partition is { } number
            ? [new TopicAndPartition(topic!, number)]
            : await PartitionNames.OfAsync(client, topic is null ? null : [topic], broker, cancellation);
        await client.MetadataAsync([], cancellation);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var suspects = await SuspectsAsync(admin, partitions, broker, now - (result.GetValue(_maxTimeout) * (long)MsInMinute), cancellation);
        var report = new Report("Topic", "Partition", "Producer id", "Producer epoch", "Coordinator epoch", "Start offset", "Last timestamp", "Duration min");
        foreach (var (where, producer) in await HangingAsync(admin, suspects, cancellation))
        {
            report.Add(
                where.Topic, where.Partition, producer.ProducerId, producer.ProducerEpoch, producer.CoordinatorEpoch, producer.CurrentTxnStartOffset,
                producer.LastTimestamp, (now - producer.LastTimestamp) / MsInMinute);
        }

        report.Print(result);
        return ExitCode.Success;
    }

    private static async Task<List<(TopicAndPartition Partition, DescribeProducersResponse.ProducerState Producer)>> SuspectsAsync(
        TransactionAdmin admin, IReadOnlyList<TopicAndPartition> partitions, int? broker, long oldest, CancellationToken cancellation)
    {
        var suspects = new List<(TopicAndPartition, DescribeProducersResponse.ProducerState)>();
        using var progress = Progress.Of("partitions", partitions.Count);
        foreach (var partition in partitions)
        {
            foreach (var producer in await admin.ProducersAsync(partition, broker, cancellation))
            {
                if (producer.CurrentTxnStartOffset >= 0 && producer.LastTimestamp <= oldest)
                {
                    suspects.Add((partition, producer));
                }
            }

            progress.Advance(1);
        }

        return suspects;
    }

    private static async Task<List<(TopicAndPartition Partition, DescribeProducersResponse.ProducerState Producer)>> HangingAsync(
        TransactionAdmin admin, List<(TopicAndPartition Partition, DescribeProducersResponse.ProducerState Producer)> suspects, CancellationToken cancellation)
    {
        var hanging = new List<(TopicAndPartition, DescribeProducersResponse.ProducerState)>();
        foreach (var byProducer in suspects.GroupBy(suspect => suspect.Producer.ProducerId))
        {
            var listed = await admin.ListAsync(new ListTransactionsRequest { ProducerIdFilters = Seq<long>.Of(byProducer.Key) }, cancellation);
            var known = new HashSet<TopicAndPartition>();
            foreach (var (_, transaction) in listed)
            {
                known.UnionWith(await PartitionsAsync(admin, transaction, cancellation));
            }

            // What its coordinator still has in the transaction will get a marker from there.
            hanging.AddRange(byProducer.Where(suspect => !known.Contains(suspect.Partition)));
        }

        return hanging;
    }

    private static async Task<IEnumerable<TopicAndPartition>> PartitionsAsync(
        TransactionAdmin admin, ListTransactionsResponse.ListedTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            var (_, described) = await admin.DescribeAsync(transaction.TransactionalId.ToString(), cancellation);
            return described.Topics.ToArray().SelectMany(topic => topic.Partitions.ToArray().Select(partition => new TopicAndPartition(topic.Topic.ToString(), partition)));
        }
        catch (KafkaClientException e) when (e.Code == ErrorCode.TransactionalIdNotFound)
        {
            return []; // It was forgotten between the two questions.
        }
    }
}
