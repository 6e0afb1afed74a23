using Deterministic.Kernel;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Compression;
using Deterministic.Server.Tests.Groups;
using Deterministic.Server.Transactions;
using Deterministic.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deterministic.Server.Tests.Transactions;

/// <summary>A coordinator with one partition, a log and markers that the test holds, and the verbs of a producer.</summary>
internal sealed class CoordinatorContext : ITransactionMarkers, IProducerIds
{
    private const int Partition = 0;
    private const int LeaderEpoch = 7;

    private readonly List<(TransactionMarker Marker, TopicPartition Partition, Action<ErrorCode> Done)> _markers = [];
    private readonly FixedTopics _topics = new();
    private Shard _shard;

    public CoordinatorContext()
    {
        _topics.Add("t", 3);
        _shard = NewShard();
        Coordinator = NewCoordinator();
        Load();
    }

    public ManualClock Clock { get; } = new();

    public RecordingTransactionLog Log { get; } = new();

    public TransactionCoordinator Coordinator { get; private set; }

    /// <summary>The markers that nobody has answered.</summary>
    public IReadOnlyList<(TransactionMarker Marker, TopicPartition Partition)> Markers => [.. _markers.Select(m => (m.Marker, m.Partition))];

    public long NextProducerId { get; set; } = 100;

    public TransactionMetadata? this[string id] => Coordinator.Partitions[Partition].Find(id)?.Metadata;

    public void Write(TransactionMarker marker, TopicPartition partition, Action<ErrorCode> done) => _markers.Add((marker, partition, done));

    public void Next(Action<long, ErrorCode> done) => done(NextProducerId++, ErrorCode.None);

    /// <summary>Stops and starts again: all that is left is the log.</summary>
    public void Restart()
    {
        _markers.Clear();
        _shard = NewShard();
        Coordinator = NewCoordinator();
        Load();
    }

    public void AnswerMarkers(ErrorCode error = ErrorCode.None)
    {
        var markers = _markers.ToArray();
        _markers.Clear();
        foreach (var marker in markers)
        {
            Do(() => marker.Done(error));
        }
    }

    public void Advance(long milliseconds)
    {
        var target = _shard.MonotonicMs + milliseconds;
        while (_shard.NextDeadline <= target)
        {
            Clock.Advance(Math.Max(0, _shard.NextDeadline - _shard.MonotonicMs));
            Do(static () => { });
        }

        Clock.Advance(target - _shard.MonotonicMs);
    }

    public Answer<InitProducerIdResponse> Init(string id, long producerId = -1, short epoch = -1, int timeoutMs = 60_000)
    {
        var answer = new Answer<InitProducerIdResponse>();
        var request = new InitProducerIdRequest { TransactionalId = id, TransactionTimeoutMs = timeoutMs, ProducerId = producerId, ProducerEpoch = epoch };
        Do(() => Coordinator.InitProducerId(Partition, request, answer.Set));
        return answer;
    }

    public Answer<ErrorCode> Add(string id, long producerId, short epoch, int partition = 0, bool waits = false, short clientVersion = 2)
    {
        var answer = new Answer<ErrorCode>();
        var request = new TransactionPartitions(id, producerId, epoch, [new TopicPartition("t", partition)], clientVersion);
        Do(() =>
        {
            if (waits)
            {
                Coordinator.AddPartitionsWaiting(Partition, request, answer.Set);
            }
            else
            {
                Coordinator.AddPartitions(Partition, request, answer.Set);
            }
        });
        return answer;
    }

    public Answer<EndTxnResponse> End(string id, long producerId, short epoch, bool isCommit = true, short clientVersion = 2)
    {
        var answer = new Answer<EndTxnResponse>();
        var request = new EndTxnRequest { TransactionalId = id, ProducerId = producerId, ProducerEpoch = epoch, Committed = isCommit };
        Do(() => Coordinator.EndTransaction(Partition, request, clientVersion, answer.Set));
        return answer;
    }

    public void Do(Action action)
    {
        _shard.Post(action);
        while (_shard.Run(1000) > 0)
        {
            // Until nothing is left to do.
        }
    }

    private void Load()
    {
        Do(() => Coordinator.BeginLoad(Partition, LeaderEpoch));
        Do(() => Coordinator.Replay(Partition, Log.Bytes));
        Do(() => Coordinator.EndLoad(Partition));
    }

    private Shard NewShard() => new(new ShardId(0), Clock, null!, null!, new SeededRandom(1), static () => { });

    private TransactionCoordinator NewCoordinator() => new(
        _shard, new TransactionConfig(), Log, this, this, _topics, static () => 2, new BatchCodecs(new BufferPool()), NullLogger.Instance);
}
