using System.CommandLine;
using System.Diagnostics;
using Deterministic.Host.Client;

namespace Deterministic.Host.Commands.Performance;

/// <summary><c>producer-perf-test</c>: how fast records can be written; options and lines as kafka-producer-perf-test has them.</summary>
internal sealed class ProducerPerfTestCommand
{
    private const string ClientId = "perf-producer-client";

    /// <summary>How often a test without a limit looks at the clock, for linger and progress.</summary>
    private const int RecordsBetweenLooks = 64;

    private readonly CommonOptions _common;
    private readonly Option<string> _topic = new("--topic") { Description = "Topic to write to", Required = true };
    private readonly Option<long> _numRecords = new("--num-records") { Description = "Records to write", Required = true };
    private readonly Option<double> _throughput = new("--throughput") { Description = "Records each second at most; -1 for no limit", Required = true };
    private readonly Option<int?> _recordSize = new("--record-size") { Description = "Bytes of a value; or --payload-file, or --payload-monotonic" };
    private readonly Option<FileInfo?> _payloadFile = new("--payload-file") { Description = "Values, in random order" };
    private readonly Option<string> _delimiter = new("--payload-delimiter") { Description = "What stands between values of the file", DefaultValueFactory = _ => "\\n" };
    private readonly Option<bool> _monotonic = new("--payload-monotonic") { Description = "Values 0, 1, 2 ..." };
    private readonly Option<string[]> _properties = new("--command-property", "--producer-props")
    {
        Description = "Properties of a producer: acks, linger.ms, batch.size, compression.type, enable.idempotence, max.request.size, buffer.memory, max.in.flight.requests.per.connection, bootstrap.servers",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<FileInfo?> _propertiesFile = new("--producer.config") { Description = "A file with such properties" };
    private readonly Option<string?> _transactionalId = new("--transactional-id") { Description = "Write in transactions of this id" };
    private readonly Option<int?> _transactionDuration = new("--transaction-duration-ms") { Description = "Commit after so long (3000)" };
    private readonly Option<long> _warmup = new("--warmup-records") { Description = "So many of the records are left out of the last line", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _interval = new("--reporting-interval") { Description = "Milliseconds between lines", DefaultValueFactory = _ => 5000 };

    private ProducerPerfTestCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ProducerPerfTestCommand(common);
        var command = new Command("producer-perf-test", "Measure how fast records can be written")
        {
            common.BootstrapServer, common.Json, self._topic, self._numRecords, self._throughput, self._recordSize, self._payloadFile, self._delimiter,
            self._monotonic, self._properties, self._propertiesFile, self._transactionalId, self._transactionDuration, self._warmup, self._interval,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var settings = SettingsOf(result);
        var payloads = PayloadsOf(result);
        var (records, warmup, isJson) = (result.GetValue(_numRecords), result.GetValue(_warmup), result.GetValue(_common.Json));
        if (records < 1 || warmup < 0 || warmup >= records)
        {
            throw new CommandException($"--num-records {records} must be above 0, and above --warmup-records {warmup}");
        }

        using var client = KafkaClient.Of(settings.Bootstrap ?? result.GetValue(_common.BootstrapServer)!, ClientId);
        using var progress = Progress.Of("records", records);
        Action<string> print = isJson ? _ => { } : line =>
        {
            progress.Clear();
            Console.WriteLine(line);
        };
        var all = new PerformanceStatistics(result.GetValue(_interval), print);
        PerformanceStatistics? steady = null;
        using var producer = await FastProducer.OpenAsync(client, result.GetValue(_topic)!, settings, OnAcknowledged, cancellation);
        await ProduceAsync(result, producer, payloads, records, index =>
        {
            progress.Reach(index);
            steady ??= warmup > 0 && index >= warmup ? new PerformanceStatistics(int.MaxValue, print) : null;
        });
        if (settings.TransactionalId is not null)
        {
            await producer.CommitAsync();
        }
        else
        {
            await producer.DrainAsync();
        }

        progress.Clear();
        if (isJson)
        {
            (steady ?? all).Report().Print(asJson: true);
            return ExitCode.Success;
        }

        Console.WriteLine(all.Total());
        if (steady is not null)
        {
            Console.WriteLine(steady.Total("steady state "));
        }

        return ExitCode.Success;

        void OnAcknowledged(ReadyBatch batch)
        {
            all.Add(batch.StartTicks, batch.ValueBytes);
            steady?.Add(batch.StartTicks, batch.ValueBytes);
        }
    }

    private async Task ProduceAsync(ParseResult result, FastProducer producer, Payloads payloads, long records, Action<long> onLook)
    {
        var throughput = result.GetValue(_throughput);
        var transactionMs = TransactionMs(result);
        var start = Stopwatch.GetTimestamp();
        var transactionStart = start;
        for (long index = 0; index < records; index++)
        {
            await producer.AddAsync(payloads.Next(index));
            if (throughput > 0)
            {
                await ThrottleAsync(producer, start, (index + 1) / throughput);
            }

            if (throughput > 0 || index % RecordsBetweenLooks == 0)
            {
                onLook(index + 1);
                if (producer.IsDue)
                {
                    await producer.FlushAsync();
                }
            }

            if (transactionMs is { } limit && Stopwatch.GetElapsedTime(transactionStart).TotalMilliseconds >= limit)
            {
                await producer.CommitAsync();
                transactionStart = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Waits until so many seconds of the test are over, and sends meanwhile what has waited for linger.ms.</summary>
    private static async Task ThrottleAsync(FastProducer producer, long start, double seconds)
    {
        for (var ahead = seconds - Stopwatch.GetElapsedTime(start).TotalSeconds; ahead > 0; ahead = seconds - Stopwatch.GetElapsedTime(start).TotalSeconds)
        {
            if (producer.IsDue)
            {
                await producer.FlushAsync();
            }

            await Task.Delay(TimeSpan.FromSeconds(Math.Min(ahead, 0.001)), TimeProvider.System, CancellationToken.None);
        }
    }

    private int? TransactionMs(ParseResult result)
    {
        const int DefaultMs = 3000;
        return result.GetValue(_transactionDuration) ?? (result.GetValue(_transactionalId) is null ? null : DefaultMs);
    }

    private ProducerSettings SettingsOf(ParseResult result)
    {
        var file = result.GetValue(_propertiesFile) ?? result.GetValue(_common.CommandConfig);
        var settings = ProducerSettings.Of(ProducerSettings.Properties(file, result.GetValue(_properties)));
        var id = result.GetValue(_transactionalId) ?? settings.TransactionalId;
        if (id is null && result.GetValue(_transactionDuration) is not null)
        {
            id = $"performance-producer-{Guid.NewGuid():N}";
        }

        return id is null ? settings
            : settings.IsIdempotent ? settings with { TransactionalId = id }
            : throw new CommandException("Transactions need acks=all and enable.idempotence=true");
    }

    private Payloads PayloadsOf(ParseResult result)
    {
        var (size, file, isMonotonic) = (result.GetValue(_recordSize), result.GetValue(_payloadFile), result.GetValue(_monotonic));
        if (new[] { size is not null, file is not null, isMonotonic }.Count(isGiven => isGiven) != 1)
        {
            throw new CommandException("Give exactly one of --record-size, --payload-file, --payload-monotonic");
        }

        return isMonotonic ? Payloads.Numbers()
            : file is not null ? Payloads.OfFile(file, result.GetValue(_delimiter)!)
            : size > 0 ? Payloads.OfSize(size.Value) : throw new CommandException($"--record-size {size}: it must be above 0");
    }
}
