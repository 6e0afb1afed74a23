using System.Globalization;
using Confluent.Kafka;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>
/// Idempotent producers that never give up while the broker dies and comes back. Each keeps a ledger of what was
/// acknowledged: number, partition, offset. Record values say who sent them and as which number.
/// </summary>
internal sealed class Load : IDisposable
{
    private const int RecordsPerTick = 100;
    private const int TickMs = 25;
    private static readonly TimeSpan s_flushPatience = TimeSpan.FromSeconds(120);

    private readonly string _topic;
    private readonly int _number;
    private readonly int _partitions;
    private readonly StreamWriter _ledger;
    private readonly IProducer<byte[], byte[]> _producer;
    private long _sent;
    private long _acknowledged;
    private long _failed;
    private string? _firstError;
    private string? _fatal;

    private Load(string bootstrap, string topic, int number, int partitions, string folder)
    {
        (_topic, _number, _partitions) = (topic, number, partitions);
        _ledger = new StreamWriter(Path.Combine(folder, $"producer-{number}.ledger"));
        var config = new ProducerConfig
        {
            BootstrapServers = bootstrap,
            ClientId = $"load-{number}",
            EnableIdempotence = true,
            Acks = Acks.All,
            MessageTimeoutMs = 0,
            LingerMs = 5,
            ReconnectBackoffMs = 50,
            ReconnectBackoffMaxMs = 500,
            QueueBufferingMaxMessages = 20_000,
            CompressionType = (CompressionType)(number % 5),
            Partitioner = Partitioner.Consistent,
        };
        _producer = new ProducerBuilder<byte[], byte[]>(config).SetErrorHandler(OnError).SetLogHandler((_, _) => { }).Build();
    }

    public static int Run(string bootstrap, string topic, int producers, string folder, CancellationToken stop)
    {
        var partitions = Topics.Partitions(bootstrap, topic).Length;
        var loads = Enumerable.Range(0, producers).Select(n => new Load(bootstrap, topic, n, partitions, folder)).ToList();
        var threads = loads.ConvertAll(load => new Thread(() => load.Produce(stop)));
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        foreach (var load in loads)
        {
            Console.WriteLine($"producer {load._number}: sent {load._sent}, acknowledged {load._acknowledged}, "
                + $"failed {load._failed}{(load._firstError is null ? "" : $" ({load._firstError})")}, fatal {load._fatal ?? "none"}");
            load.Dispose();
        }
        return loads.TrueForAll(l => l._failed == 0 && l._fatal is null && l._acknowledged == l._sent) ? 0 : 1;
    }

    private void OnError(IProducer<byte[], byte[]> producer, Error error)
    {
        if (error.IsFatal)
            _fatal ??= $"{error.Code} {error.Reason}";
    }

    private void Produce(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && _fatal is null)
        {
            for (var i = 0; i < RecordsPerTick; i++)
            {
                if (!TrySend(_sent))
                    break;
                _sent++;
            }
            Thread.Sleep(TickMs);
        }
        _producer.Flush(s_flushPatience);
    }

    private bool TrySend(long number)
    {
        var message = new Message<byte[], byte[]> { Key = LoadRecord.Key(_number), Value = LoadRecord.Value(_number, number) };
        try
        {
            _producer.Produce(new TopicPartition(_topic, (int)(number % _partitions)), message, report => OnDelivery(number, report));
            return true;
        }
        catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (ProduceException<byte[], byte[]> fatal) when (fatal.Error.IsFatal)
        {
            _fatal ??= $"{fatal.Error.Code} {fatal.Error.Reason}";
            return false;
        }
    }

    /// <summary>Runs on the producer's poll thread only.</summary>
    private void OnDelivery(long number, DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            _failed++;
            _firstError ??= $"{report.Error.Code} {report.Error.Reason}";
            return;
        }
        _acknowledged++;
        _ledger.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{number} {report.Partition.Value} {report.Offset.Value}"));
    }

    public void Dispose()
    {
        _producer.Dispose();
        _ledger.Dispose();
    }
}
