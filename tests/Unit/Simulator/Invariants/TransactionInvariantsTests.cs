using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Wire;
using Deterministic.Server;
using Deterministic.Server.Transactions;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Invariants;

/// <summary>The invariants of transactions: each holds through crashes, and each finds what is broken on purpose.</summary>
public sealed class TransactionInvariantsTests
{
    private const string StateTopic = "__transaction_state";
    private const string Id = "tx";

    [Theory]
    [InlineData(ProcessEnd.Kill)]
    [InlineData(ProcessEnd.PowerLoss)]
    public void ATransactionGoesOnAfterACrashAndNothingIsViolated(ProcessEnd end)
    {
        var broker = WithOpenTransaction();
        broker.Inspect();
        broker.Restart(end);
        broker.Run();
        Assert.Equal(TransactionState.Ongoing, MetadataOf(broker).State);
        Assert.Equal(0, broker.Log("orders").LastStableOffset);
        End(broker);
        broker.Restart(end);
        broker.Run();
        broker.Inspect();
        Assert.Equal(TransactionState.CompleteCommit, MetadataOf(broker).State);
        Assert.Equal(2, broker.Log("orders").LastStableOffset);
    }

    [Fact]
    public void AStateThatTheLogDoesNotSayIsFound()
    {
        var broker = WithOpenTransaction();
        var id = IdOf(broker);
        id.Metadata = id.Metadata! with { TimeoutMs = 1 };
        Assert.Contains("TimeoutMs = 1,", broker.Violation("transactions-match-log").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEpochThatGoesBackIsFound()
    {
        var broker = WithOpenTransaction();
        End(broker);
        var violation = Assert.Throws<ViolationException>(() => Decide(broker, MetadataOf(broker) with { State = TransactionState.Empty, ProducerEpoch = 0 }));
        Assert.Equal("transactions-advance", violation.Invariant);
    }

    [Fact]
    public void AStepThatIsNotPermittedIsFound()
    {
        var broker = WithOpenTransaction();
        var violation = Assert.Throws<ViolationException>(() => Decide(broker, MetadataOf(broker) with { State = TransactionState.CompleteCommit }));
        Assert.Equal("transactions-advance", violation.Invariant);
        Assert.Contains("from Ongoing to CompleteCommit", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACompletionBeforeTheMarkersIsFound()
    {
        var broker = WithOpenTransaction();
        Decide(broker, MetadataOf(broker) with { State = TransactionState.PrepareCommit, ProducerEpoch = 1 });
        var violation = Assert.Throws<ViolationException>(() => Decide(broker, MetadataOf(broker).Completed(0)));
        Assert.Contains("open since 0", violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMarkerThatNobodyDecidedIsFound(bool isCommit)
    {
        var broker = WithOpenTransaction();
        var builder = new RecordBatchBuilder();
        new TransactionMarker(MetadataOf(broker).ProducerId, 1, isCommit, 0, 2).Build(builder, 0);
        var marker = builder.BuildArray();
        var partition = broker.Partition("orders");
        var violation = Assert.Throws<ViolationException>(() =>
        {
            broker.On(broker.ShardOf(partition), () => partition.AppendOwn(marker, 2));
            broker.Run();
        });
        Assert.Equal("markers-follow-decisions", violation.Invariant);
    }

    private static WatchedBroker WithOpenTransaction()
    {
        var broker = new WatchedBroker();
        broker.CreateTopic("orders");
        broker.CreateTopic(StateTopic, ("cleanup.policy", "compact"));
        broker.Run();
        var init = new InitProducerIdRequest { TransactionalId = Id, TransactionTimeoutMs = 600_000 };
        var producer = default(InitProducerIdResponse);
        Do(broker, coordinator => coordinator.InitProducerId(0, init, answer => producer = answer));
        Assert.Equal(0, producer.ErrorCode);
        var partitions = new TransactionPartitions(Id, producer.ProducerId, producer.ProducerEpoch, [new TopicPartition("orders", 0)], ClientVersion: 2);
        Do(broker, coordinator => coordinator.AddPartitions(0, partitions, static error => Assert.Equal(ErrorCode.None, error)));

        var builder = new RecordBatchBuilder();
        builder.Begin(new BatchOptions
        {
            ProducerId = producer.ProducerId, ProducerEpoch = producer.ProducerEpoch, BaseSequence = 0, IsTransactional = true,
        });
        builder.Append(broker.Node.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Blob.Null, new Blob(new byte[10]));
        var batch = builder.BuildArray();
        var orders = broker.Partition("orders");
        broker.On(broker.ShardOf(orders), () => Assert.Equal(ErrorCode.None, orders.AppendAsLeader(batch, -1, 12).Error));
        broker.Run();
        return broker;
    }

    private static void End(WatchedBroker broker)
    {
        var metadata = MetadataOf(broker);
        var request = new EndTxnRequest { TransactionalId = Id, ProducerId = metadata.ProducerId, ProducerEpoch = metadata.ProducerEpoch, Committed = true };
        Do(broker, coordinator => coordinator.EndTransaction(0, request, 2, static answer => Assert.Equal(0, answer.ErrorCode)));
        broker.AssertSound();
    }

    /// <summary>Writes what no coordinator would decide.</summary>
    private static void Decide(WatchedBroker broker, TransactionMetadata metadata)
    {
        var id = IdOf(broker);
        Do(broker, _ => id.Partition.Append(id, metadata, static error => Assert.Equal(ErrorCode.None, error)));
    }

    private static void Do(WatchedBroker broker, Action<TransactionCoordinator> action)
    {
        var shard = ShardOf(broker);
        broker.On(shard.Shard.Id.Value, () => action(shard.Transactions));
        broker.Run();
    }

    private static TransactionalId IdOf(WatchedBroker broker) => ShardOf(broker).Transactions.Partitions[0].Find(Id)!;

    private static TransactionMetadata MetadataOf(WatchedBroker broker) => IdOf(broker).Metadata!;

    private static BrokerShard ShardOf(WatchedBroker broker) => broker.Broker.Broker!.Shards[broker.ShardOf(broker.Partition(StateTopic))];
}
