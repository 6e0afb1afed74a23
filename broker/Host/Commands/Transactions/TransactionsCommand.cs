using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands.Transactions;

/// <summary><c>transactions</c>: shows transactional ids and producers, finds and ends what hangs; names as kafka-transactions has them.</summary>
internal sealed class TransactionsCommand
{
    private readonly CommonOptions _common;
    private readonly Option<string> _transactionalId = new("--transactional-id", "--transactionalId") { Description = "Transactional id", Required = true };
    private readonly Option<long> _durationFilter = new("--duration-filter") { Description = "Only transactions that run for longer (milliseconds)", DefaultValueFactory = _ => -1 };
    private readonly Option<string?> _pattern = new("--transactional-id-pattern") { Description = "Only transactional ids that match this regular expression (RE2)" };
    private readonly Option<string> _topic = new("--topic") { Description = "Topic", Required = true };
    private readonly Option<int> _partition = new("--partition") { Description = "Partition", Required = true };
    private readonly Option<int?> _broker = new("--broker-id") { Description = "Broker to ask; the leader by default" };

    private TransactionsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new TransactionsCommand(common);
        var list = new Command("list", "List transactional ids") { common.BootstrapServer, common.Json, self._durationFilter, self._pattern };
        var describe = new Command("describe", "Show the state of a transactional id") { common.BootstrapServer, common.Json, self._transactionalId };
        var producers = new Command("describe-producers", "Show the producers that a partition remembers")
        {
            common.BootstrapServer, common.Json, self._topic, self._partition, self._broker,
        };
        var terminate = new Command("force-terminate", "End the open transaction of a transactional id and fence its producer")
        {
            common.BootstrapServer, self._transactionalId,
        };
        terminate.Aliases.Add("forceTerminateTransaction");
        runner.Set(list, self.ListAsync);
        runner.Set(describe, self.DescribeAsync);
        runner.Set(producers, self.DescribeProducersAsync);
        runner.Set(terminate, self.TerminateAsync);
        return new Command("transactions", "Show transactions, find and abort those that hang")
        {
            list, describe, producers, HangingTransactions.Build(common, runner), AbortTransaction.Build(common, runner), terminate,
        };
    }

    private async Task<int> ListAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-transactions");
        var request = new ListTransactionsRequest
        {
            DurationFilter = result.GetValue(_durationFilter), TransactionalIdPattern = Text.Of(result.GetValue(_pattern)),
        };
        var report = new Report("Transactional id", "Coordinator", "Producer id", "Transaction state");
        foreach (var (coordinator, transaction) in await new TransactionAdmin(client).ListAsync(request, cancellation))
        {
            report.Add(transaction.TransactionalId.ToString(), coordinator, transaction.ProducerId, transaction.TransactionState.ToString());
        }

        report.Print(result);
        return ExitCode.Success;
    }

    private async Task<int> DescribeAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-transactions");
        var (coordinator, transaction) = await new TransactionAdmin(client).DescribeAsync(result.GetValue(_transactionalId)!, cancellation);
        long? start = transaction.TransactionStartTimeMs >= 0 ? transaction.TransactionStartTimeMs : null;
        var report = new Report(
            "Coordinator id", "Transactional id", "Producer id", "Producer epoch", "Transaction state", "Transaction timeout ms",
            "Current transaction start time ms", "Transaction duration ms", "Topic partitions");
        report.Add(
            coordinator, transaction.TransactionalId.ToString(), transaction.ProducerId, transaction.ProducerEpoch,
            transaction.TransactionState.ToString(), transaction.TransactionTimeoutMs, start,
            start is null ? null : TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - start,
            string.Join(',', transaction.Topics.ToArray().SelectMany(topic => topic.Partitions.ToArray().Select(partition => $"{topic.Topic}-{partition}"))));
        report.Print(result);
        return ExitCode.Success;
    }

    private async Task<int> DescribeProducersAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-transactions");
        var partition = new TopicAndPartition(result.GetValue(_topic)!, result.GetValue(_partition));
        await client.MetadataAsync([], cancellation);
        var report = new Report(
            "Producer id", "Producer epoch", "Latest coordinator epoch", "Last sequence", "Last timestamp", "Current transaction start offset");
        foreach (var producer in await new TransactionAdmin(client).ProducersAsync(partition, result.GetValue(_broker), cancellation))
        {
            report.Add(
                producer.ProducerId, producer.ProducerEpoch, producer.CoordinatorEpoch >= 0 ? producer.CoordinatorEpoch : null, producer.LastSequence,
                producer.LastTimestamp, producer.CurrentTxnStartOffset >= 0 ? producer.CurrentTxnStartOffset : null);
        }

        report.Print(result);
        return ExitCode.Success;
    }

    private async Task<int> TerminateAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-transactions");
        var transactionalId = result.GetValue(_transactionalId)!;
        var admin = new TransactionAdmin(client);

        // An id that nobody has used would be made by terminating it.
        await admin.DescribeAsync(transactionalId, cancellation);
        await admin.TerminateAsync(transactionalId, cancellation);
        Console.WriteLine($"Force terminated the transaction of {transactionalId}.");
        return ExitCode.Success;
    }
}
