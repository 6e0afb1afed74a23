using System.Diagnostics;
using Deterministic.Host.Client;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands.Performance;

/// <summary>
/// A producer for tests of speed: batches as Java's producer makes them (a partition is kept until its batch is full or has
/// waited for linger.ms), several requests at a time, idempotent or transactional. It retries nothing. Lives for one
/// command; records come from one task.
/// </summary>
internal sealed class FastProducer : IDisposable
{
    private readonly string _topic;
    private readonly ProducerSettings _settings;
    private readonly ProducerIdentity? _identity;
    private readonly BatchCodecs _codecs = new(new BufferPool());
    private readonly RecordBatchBuilder _builder;
    private readonly List<long> _starts = [];
    private readonly LeaderSender[] _senderOf;
    private readonly int[] _sequences;
    private long _valueBytes;
    private int _partition = -1;

    private FastProducer(string topic, ProducerSettings settings, ProducerIdentity? identity, LeaderSender[] senderOf)
    {
        _topic = topic;
        _settings = settings;
        _identity = identity;
        _builder = new RecordBatchBuilder(_codecs);
        _senderOf = senderOf;
        _sequences = new int[senderOf.Length];
    }

    /// <summary>A producer of an existing topic, or of one that the broker makes.</summary>
    internal static async Task<FastProducer> OpenAsync(
        KafkaClient client, string topic, ProducerSettings settings, Action<ReadyBatch> onAcknowledged, CancellationToken cancellation)
    {
        var metadata = await client.TopicAsync(topic, cancellation, mayCreate: true);
        var identity = settings.IsIdempotent || settings.TransactionalId is not null
            ? await ProducerIdentity.OfAsync(client, settings.TransactionalId, cancellation)
            : null;
        var senders = new Dictionary<int, LeaderSender>();
        var senderOf = new LeaderSender[metadata.Partitions.Count];
        foreach (var partition in metadata.Partitions.ToArray())
        {
            if (!senders.TryGetValue(partition.LeaderId, out var sender))
            {
                var connection = await client.NodeAsync(partition.LeaderId, cancellation);
                sender = new LeaderSender(connection, topic, settings, onAcknowledged, cancellation);
                senders.Add(partition.LeaderId, sender);
            }

            senderOf[partition.PartitionIndex] = sender;
        }

        return new FastProducer(topic, settings, identity, senderOf);
    }

    /// <summary>Whether a batch is open that has waited for linger.ms, and could be sent: until then it may grow.</summary>
    internal bool IsDue => _starts.Count > 0 && _senderOf[_partition].HasSlot && Stopwatch.GetElapsedTime(_starts[0]).TotalMilliseconds >= _settings.LingerMs;

    /// <summary>Adds a record; completes at once unless the buffer is full.</summary>
    internal ValueTask AddAsync(Blob value)
    {
        var valueBytes = value.Bytes.Length;
        if (_starts.Count > 0
            && _builder.SizeBytes + RecordBatchBuilder.RecordBytesMax(0, valueBytes) > Math.Max(_settings.BatchBytes, RecordBatchHeader.SizeBytes))
        {
            return FlushAndAddAsync(value);
        }

        Append(value);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends the open batch, whether full or not.</summary>
    internal async ValueTask FlushAsync()
    {
        if (_starts.Count == 0)
        {
            return;
        }

        if (_settings.TransactionalId is not null)
        {
            await _identity!.AddAsync(_topic, _partition);
        }

        _sequences[_partition] = (int)((_sequences[_partition] + (long)_starts.Count) % ((long)int.MaxValue + 1));
        var batch = new ReadyBatch(_partition, _builder.BuildArray(), _valueBytes, [.. _starts]);
        _starts.Clear();
        _valueBytes = 0;
        await _senderOf[batch.Partition].AddAsync(batch);
    }

    /// <summary>Sends all and waits until it is acknowledged.</summary>
    internal async Task DrainAsync()
    {
        await FlushAsync();
        foreach (var sender in _senderOf.Distinct())
        {
            await sender.DrainAsync();
        }
    }

    /// <summary>Sends all and commits the open transaction.</summary>
    internal async Task CommitAsync()
    {
        await DrainAsync();
        await _identity!.CommitAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sender in _senderOf.Distinct())
        {
            sender.Dispose();
        }

        _codecs.Dispose();
    }

    private async ValueTask FlushAndAddAsync(Blob value)
    {
        await FlushAsync();
        Append(value);
    }

    private void Append(Blob value)
    {
        if (_starts.Count == 0)
        {
            _partition = Random.Shared.Next(_senderOf.Length);
            _builder.Begin(new BatchOptions
            {
                Compression = CompressionSetting.Of(_settings.Codec), ProducerId = _identity?.ProducerId ?? -1,
                ProducerEpoch = _identity?.ProducerEpoch ?? -1, BaseSequence = _identity is null ? -1 : _sequences[_partition],
                IsTransactional = _settings.TransactionalId is not null,
            });
        }

        _starts.Add(Stopwatch.GetTimestamp());
        _valueBytes += value.Bytes.Length;
        _builder.Append(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), Blob.Null, value);
    }
}
