using System.Threading.Channels;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands.Performance;

/// <summary>
/// Sends batches to one leader, several requests at a time: each takes what is ready, at most one batch of a partition and so
/// many bytes. A batch that the broker refuses ends the test. Lives for one command; batches come from one task.
/// </summary>
internal sealed class LeaderSender : IDisposable
{
    private const int TimeoutMs = 30_000;

    /// <summary>The last version of Produce in which a transaction's partitions are added by AddPartitionsToTxn alone.</summary>
    private const short ExplicitTransactionsVersionMax = 11;

    private readonly KafkaConnection _connection;
    private readonly string _topic;
    private readonly ProducerSettings _settings;
    private readonly Action<ReadyBatch> _onAcknowledged;
    private readonly Channel<ReadyBatch> _ready;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationToken _cancellation;
    private readonly Task _loop;
    private ReadyBatch? _held;
    private long _waiting;

    /// <summary>Sends from now on.</summary>
    internal LeaderSender(
        KafkaConnection connection, string topic, ProducerSettings settings, Action<ReadyBatch> onAcknowledged, CancellationToken cancellation)
    {
        _connection = connection;
        _topic = topic;
        _settings = settings;
        _onAcknowledged = onAcknowledged;
        _cancellation = cancellation;
        _slots = new SemaphoreSlim(settings.InFlightMax);
        _ready = Channel.CreateBounded<ReadyBatch>(new BoundedChannelOptions((int)Math.Clamp(settings.BufferBytes / settings.BatchBytes, 1, 100_000))
        {
            SingleReader = true, SingleWriter = true,
        });
        _loop = LoopAsync();
    }

    /// <summary>Whether another request may be sent now.</summary>
    internal bool HasSlot => _slots.CurrentCount > 0;

    /// <summary>Takes a batch; waits while too many bytes wait already.</summary>
    internal async ValueTask AddAsync(ReadyBatch batch)
    {
        Interlocked.Increment(ref _waiting);
        if (!_ready.Writer.TryWrite(batch))
        {
            // What ends the loop would leave this waiting for ever.
            var written = _ready.Writer.WriteAsync(batch, _cancellation).AsTask();
            await await Task.WhenAny(written, _loop);
        }
    }

    /// <summary>Waits until all that was taken is acknowledged.</summary>
    internal async Task DrainAsync()
    {
        while (Interlocked.Read(ref _waiting) > 0)
        {
            if (_loop.IsFaulted)
            {
                await _loop;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, _cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ready.Writer.TryComplete();
        _slots.Dispose();
    }

    private async Task LoopAsync()
    {
        var failure = new TaskCompletionSource();
        while (_held is not null || await _ready.Reader.WaitToReadAsync(_cancellation))
        {
            var slot = _slots.WaitAsync(_cancellation);
            await await Task.WhenAny(slot, failure.Task);
            var batches = Collect();
            if (batches.Count > 0)
            {
                Send(batches, failure);
            }
            else
            {
                _slots.Release();
            }
        }
    }

    private Dictionary<int, ReadyBatch> Collect()
    {
        var batches = new Dictionary<int, ReadyBatch>();
        var bytes = 0;
        while (_held is not null || _ready.Reader.TryRead(out _held))
        {
            if (batches.Count > 0 && (bytes + _held.Bytes.Length > _settings.RequestBytes || batches.ContainsKey(_held.Partition)))
            {
                break;
            }

            batches.Add(_held.Partition, _held);
            bytes += _held.Bytes.Length;
            _held = null;
        }

        return batches;
    }

    private async void Send(Dictionary<int, ReadyBatch> batches, TaskCompletionSource failure)
    {
        try
        {
            await ExchangeAsync(batches);
            _slots.Release();
        }
        catch (Exception e)
        {
            failure.TrySetException(e);
        }
    }

    private async Task ExchangeAsync(Dictionary<int, ReadyBatch> batches)
    {
        var request = new ProduceRequest { Acks = _settings.Acks, TimeoutMs = TimeoutMs, TransactionalId = Text.Of(_settings.TransactionalId) };
        request.TopicData.Add(new ProduceRequest.TopicProduceData
        {
            Name = _topic,
            PartitionData = Seq<ProduceRequest.PartitionProduceData>.Of(batches.Values.Select(
                batch => new ProduceRequest.PartitionProduceData { Index = batch.Partition, Records = new RecordData(batch.Bytes) })),
        });
        if (_settings.Acks == 0)
        {
            await _connection.SendOneWayAsync(request, ExplicitTransactionsVersionMax, _cancellation);
        }
        else
        {
            var response = await _connection.SendAsync<ProduceRequest, ProduceResponse>(request, _cancellation, ExplicitTransactionsVersionMax);
            foreach (var partition in response.Responses[0].PartitionResponses.ToArray())
            {
                KafkaClientException.ThrowOn(
                    partition.ErrorCode, $"Records for {_topic}-{partition.Index} were not written", partition.ErrorMessage.AsString());
            }
        }

        foreach (var batch in batches.Values)
        {
            _onAcknowledged(batch);
            Interlocked.Decrement(ref _waiting);
        }
    }
}
