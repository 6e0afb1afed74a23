using System.CommandLine;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands.Transactions;

/// <summary><c>transactions abort</c>: aborts what a producer has open in one partition. Lives for the command line.</summary>
internal sealed class AbortTransaction
{
    private readonly CommonOptions _common;
    private readonly Option<string> _topic = new("--topic") { Description = "Topic", Required = true };
    private readonly Option<int> _partition = new("--partition") { Description = "Partition", Required = true };
    private readonly Option<long?> _startOffset = new("--start-offset") { Description = "Where the transaction starts, as find-hanging shows it" };
    private readonly Option<long?> _producerId = new("--producer-id") { Description = "Instead of --start-offset: the producer" };
    private readonly Option<short?> _producerEpoch = new("--producer-epoch") { Description = "With --producer-id: its epoch" };
    private readonly Option<int?> _coordinatorEpoch = new("--coordinator-epoch") { Description = "With --producer-id: epoch of the coordinator" };

    private AbortTransaction(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    internal static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new AbortTransaction(common);
        var command = new Command("abort", "Abort a hanging transaction in one partition")
        {
            common.BootstrapServer, self._topic, self._partition, self._startOffset, self._producerId, self._producerEpoch, self._coordinatorEpoch,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var partition = new TopicAndPartition(result.GetValue(_topic)!, result.GetValue(_partition));
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-transactions");
        var admin = new TransactionAdmin(client);
        var (producerId, producerEpoch, coordinatorEpoch) = await ProducerAsync(admin, partition, result, cancellation);
        await admin.AbortAsync(partition, producerId, producerEpoch, coordinatorEpoch, cancellation);
        Console.WriteLine($"Aborted the transaction of producer {producerId} in {partition}.");
        return ExitCode.Success;
    }

    private async Task<(long ProducerId, short ProducerEpoch, int CoordinatorEpoch)> ProducerAsync(
        TransactionAdmin admin, TopicAndPartition partition, ParseResult result, CancellationToken cancellation)
    {
        if (result.GetValue(_startOffset) is not { } start)
        {
            return result.GetValue(_producerId) is { } id && result.GetValue(_producerEpoch) is { } epoch && result.GetValue(_coordinatorEpoch) is { } coordinator
                ? (id, epoch, coordinator)
                : throw new CommandException("abort needs --start-offset, or all of --producer-id, --producer-epoch, --coordinator-epoch");
        }

        foreach (var producer in await admin.ProducersAsync(partition, broker: null, cancellation))
        {
            if (producer.CurrentTxnStartOffset == start)
            {
                // A producer whose first transaction hangs has seen no coordinator yet.
                return (producer.ProducerId, checked((short)producer.ProducerEpoch), Math.Max(0, producer.CoordinatorEpoch));
            }
        }

        throw new CommandException($"No transaction of {partition} starts at offset {start}; transactions describe-producers shows those that are open");
    }
}
