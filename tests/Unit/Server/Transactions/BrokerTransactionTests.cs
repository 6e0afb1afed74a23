using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Tests.Broker;

namespace Deterministic.Server.Tests.Transactions;

/// <summary>Transactions over the wire, through the whole broker, on one shard and on several.</summary>
public class BrokerTransactionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_commit_shows_all_of_it_and_an_abort_nothing(int shards)
    {
        var (broker, producer) = Begin(shards);
        Assert.Equal(0, producer.Init().ErrorCode);
        Assert.Equal(ErrorCode.None, producer.Send("t", 0, "a"));
        Assert.Equal(ErrorCode.None, producer.Send("t", 1, "b"));
        Assert.Equal(ErrorCode.None, producer.Send("t", 0, "c"));
        Assert.Equal(" to 0", Seen(producer, 0));
        Assert.Equal("Ongoing", producer.Describe().TransactionState.ToString());

        Assert.Equal(0, producer.End(isCommit: true).ErrorCode);
        broker.Settle();
        Assert.Equal("CompleteCommit", producer.Describe().TransactionState.ToString());
        Assert.Equal("a,c to 3", Seen(producer, 0));
        Assert.Equal("b to 2", Seen(producer, 1));

        Assert.Equal(ErrorCode.None, producer.Send("t", 0, "d"));
        Assert.Equal("a,c to 3", Seen(producer, 0));
        Assert.Equal(0, producer.End(isCommit: false).ErrorCode);
        broker.Settle();
        Assert.Equal("a,c to 5", Seen(producer, 0));
        Assert.Equal("CompleteAbort", producer.Describe().TransactionState.ToString());
    }

    [Fact]
    public void Each_end_raises_the_epoch_and_a_repeated_one_is_answered_as_the_first()
    {
        var (broker, producer) = Begin(2);
        producer.Init();
        Assert.Equal(0, producer.Epoch);
        producer.Send("t", 0, "a");
        var first = producer.End(isCommit: true);
        Assert.Equal(1, first.ProducerEpoch);
        broker.Settle();

        producer.Epoch = 0;
        Assert.Equal((0, 1), (producer.End(isCommit: true).ErrorCode, (int)producer.Epoch));
        producer.Epoch = 0;
        Assert.Equal((short)ErrorCode.InvalidTxnState, producer.End(isCommit: false).ErrorCode);

        // A late request of the transaction before does not end the one that is open now.
        producer.Epoch = 1;
        producer.Send("t", 0, "b");
        producer.Epoch = 0;
        Assert.Equal((short)ErrorCode.ProducerFenced, producer.End(isCommit: true).ErrorCode);
        Assert.Equal("Ongoing", producer.Describe().TransactionState.ToString());
    }

    [Fact]
    public void Clients_before_transaction_version_2_keep_their_epoch_and_add_their_partitions()
    {
        var (broker, producer) = Begin(2);
        producer.Init();
        Assert.Equal(ErrorCode.TransactionAbortable, producer.Send("t", 0, "early", version: 11));
        Assert.Equal(ErrorCode.InvalidTxnState, producer.Send("t", 0, "early", version: 9));
        Assert.Equal(ErrorCode.None, producer.AddPartition("t", 0));
        Assert.Equal(ErrorCode.None, producer.Send("t", 0, "a", version: 9));
        Assert.Equal(0, producer.End(isCommit: true, version: 3).ErrorCode);
        broker.Settle();
        Assert.Equal(0, producer.Epoch);
        Assert.Equal(0, producer.End(isCommit: true, version: 3).ErrorCode);
        Assert.Equal("a to 2", Seen(producer, 0));
        Assert.Equal(ErrorCode.InvalidTxnState, producer.Send("t", 0, "late", version: 9));
    }

    [Fact]
    public void A_new_producer_aborts_what_the_old_one_left_and_fences_it()
    {
        var (broker, old) = Begin(3);
        old.Init();
        old.Send("t", 0, "a");
        old.Send("t", 1, "b");
        var next = new TransactionVerbs(broker, "tx");
        Assert.Equal((short)ErrorCode.ConcurrentTransactions, next.Init().ErrorCode);
        broker.Settle();
        Assert.Equal(0, next.Init().ErrorCode);
        Assert.Equal((old.ProducerId, 2), (next.ProducerId, (int)next.Epoch));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, old.Send("t", 0, "zombie"));
        Assert.Equal((short)ErrorCode.ProducerFenced, old.End(isCommit: true).ErrorCode);
        Assert.Equal(ErrorCode.InvalidProducerEpoch, old.CommitOffset("g", "t", 0, 1));
        Assert.Equal(" to 2", Seen(next, 0));
    }

    [Fact]
    public void A_transaction_that_is_open_too_long_is_aborted_and_its_producer_fenced()
    {
        var (broker, producer) = Begin(2);
        producer.Init(timeoutMs: 5_000);
        producer.Send("t", 0, "a");
        broker.Advance(4_000);
        Assert.Equal("Ongoing", producer.Describe().TransactionState.ToString());
        broker.Advance(20_000);
        Assert.Equal("CompleteAbort", producer.Describe().TransactionState.ToString());
        Assert.Equal(" to 2", Seen(producer, 0));
        Assert.Equal(ErrorCode.InvalidProducerEpoch, producer.Send("t", 0, "b"));
        Assert.Equal((short)ErrorCode.InvalidTxnState, producer.End(isCommit: true).ErrorCode);

        // Whoever aborts what was aborted already may go on, with the epoch that this raised.
        Assert.Equal((0, 1), (producer.End(isCommit: false).ErrorCode, (int)producer.Epoch));
        Assert.Equal(ErrorCode.None, producer.Send("t", 0, "b"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Offsets_count_with_the_commit_of_their_transaction_only(bool isCommit)
    {
        var (broker, producer) = Begin(3);
        producer.Init();
        Assert.Equal(ErrorCode.None, producer.Send("t", 0, "a"));
        Assert.Equal(ErrorCode.None, producer.CommitOffset("g", "t", 1, 17));
        Assert.Equal((-1, ErrorCode.None), producer.FetchOffset("g", "t", 1));
        Assert.Equal((-1, ErrorCode.UnstableOffsetCommit), producer.FetchOffset("g", "t", 1, requireStable: true));
        Assert.Equal(0, producer.End(isCommit).ErrorCode);
        broker.Settle();
        Assert.Equal((isCommit ? 17 : -1, ErrorCode.None), producer.FetchOffset("g", "t", 1, requireStable: true));

        Assert.True(broker.Stop());
        broker.Restart();
        producer.Reconnect();
        broker.Settle();
        Assert.Equal((isCommit ? 17 : -1, ErrorCode.None), producer.FetchOffset("g", "t", 1, requireStable: true));
    }

    [Fact]
    public void Of_an_offset_committed_plainly_and_one_in_a_transaction_the_later_in_the_log_wins()
    {
        var (broker, producer) = Begin(1);
        producer.Init();
        producer.CommitOffset("g", "t", 0, 5);
        CommitPlainly(producer, 9);
        Assert.Equal(0, producer.End(isCommit: true).ErrorCode);
        broker.Settle();
        Assert.Equal(9, producer.FetchOffset("g", "t", 0).Offset);

        producer.CommitOffset("g", "t", 0, 3);
        producer.End(isCommit: true);
        broker.Settle();
        Assert.Equal(3, producer.FetchOffset("g", "t", 0).Offset);
    }

    [Fact]
    public void After_a_crash_the_transaction_goes_on_where_it_was()
    {
        var (broker, producer) = Begin(2);
        producer.Init();
        producer.Send("t", 0, "a");
        producer.CommitOffset("g", "t", 1, 4);
        broker.CrashAndRestart();
        broker.Settle();
        producer.Reconnect();
        Assert.Equal("Ongoing", producer.Describe().TransactionState.ToString());
        Assert.Equal(ErrorCode.UnstableOffsetCommit, producer.FetchOffset("g", "t", 1, requireStable: true).Error);
        Assert.Equal(ErrorCode.None, producer.Send("t", 0, "b"));
        Assert.Equal(0, producer.End(isCommit: true).ErrorCode);
        broker.Settle();
        Assert.Equal("a,b to 3", Seen(producer, 0));
        Assert.Equal(4, producer.FetchOffset("g", "t", 1).Offset);
    }

    [Fact]
    public void An_abort_by_markers_from_outside_frees_a_partition()
    {
        var (broker, producer) = Begin(2);
        producer.Init();
        producer.Send("t", 0, "a");
        Assert.Equal(" to 0", Seen(producer, 0));
        var request = new WriteTxnMarkersRequest();
        request.Markers.Add(new WriteTxnMarkersRequest.WritableTxnMarker
        {
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.Epoch,
            Topics = Seq<WriteTxnMarkersRequest.WritableTxnMarkerTopic>.Of(
                new WriteTxnMarkersRequest.WritableTxnMarkerTopic { Name = "t", PartitionIndexes = Seq<int>.Of(0, 7) }),
        });
        var answer = producer.Client.Ask<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(1, request).Markers[0].Topics[0];
        Assert.Equal([0, (short)ErrorCode.UnknownTopicOrPartition], answer.Partitions.ToArray().Select(p => p.ErrorCode));
        Assert.Equal(" to 2", Seen(producer, 0));
    }

    [Fact]
    public void A_deleted_topic_does_not_hold_the_end_up()
    {
        var (broker, producer) = Begin(2);
        broker.CreateTopic("gone", 1);
        producer.Init();
        producer.Send("gone", 0, "x");
        producer.Send("t", 0, "a");
        var delete = new DeleteTopicsRequest { TimeoutMs = 1000 };
        delete.Topics.Add(new DeleteTopicsRequest.DeleteTopicState { Name = "gone" });
        producer.Client.Ask<DeleteTopicsRequest, DeleteTopicsResponse>(6, delete);
        Assert.Equal(0, producer.End(isCommit: true).ErrorCode);
        broker.Settle();
        Assert.Equal("CompleteCommit", producer.Describe().TransactionState.ToString());
    }

    [Fact]
    public void Ids_that_nobody_uses_are_forgotten()
    {
        var (broker, producer) = Begin(1, ("transactional.id.expiration.ms", "50000"), ("transaction.remove.expired.transaction.cleanup.interval.ms", "10000"));
        producer.Init();
        broker.Advance(20_000);
        Assert.Equal(0, producer.Describe().ErrorCode);
        broker.Advance(60_000);
        Assert.Equal((short)ErrorCode.TransactionalIdNotFound, producer.Describe().ErrorCode);
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, producer.Send("t", 0, "late"));
    }

    [Fact]
    public void Transactions_are_listed_by_state_producer_duration_and_pattern()
    {
        var (broker, producer) = Begin(3);
        producer.Init();
        var other = new TransactionVerbs(broker, "other");
        other.Init();
        other.Send("t", 0, "a");
        broker.Advance(1_000);
        Assert.Equal(["other", "tx"], Listed(producer, new ListTransactionsRequest()));
        Assert.Equal(["other"], Listed(producer, new ListTransactionsRequest { StateFilters = Seq<Text>.Of(Text.Of("Ongoing")) }));
        Assert.Equal(["tx"], Listed(producer, new ListTransactionsRequest { ProducerIdFilters = Seq<long>.Of(producer.ProducerId) }));
        Assert.Equal(["other"], Listed(producer, new ListTransactionsRequest { DurationFilter = 500 }));
        Assert.Equal(["tx"], Listed(producer, new ListTransactionsRequest { TransactionalIdPattern = "t." }));
        Assert.Equal([], Listed(producer, new ListTransactionsRequest { DurationFilter = 5_000 }));
    }

    private static List<string> Listed(TransactionVerbs producer, ListTransactionsRequest request)
    {
        var response = producer.Client.Ask<ListTransactionsRequest, ListTransactionsResponse>(2, request);
        Assert.Equal(0, response.ErrorCode);
        return [.. response.TransactionStates.ToArray().Select(t => t.TransactionalId.ToString()).Order(StringComparer.Ordinal)];
    }

    private static void CommitPlainly(TransactionVerbs producer, long offset)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = "g",
            MemberId = Text.Empty,
            Topics = Seq<OffsetCommitRequest.OffsetCommitRequestTopic>.Of(new OffsetCommitRequest.OffsetCommitRequestTopic
            {
                Name = "t",
                Partitions = Seq<OffsetCommitRequest.OffsetCommitRequestPartition>.Of(
                    new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = 0, CommittedOffset = offset, CommittedMetadata = Text.Empty }),
            }),
        };
        Assert.Equal(0, producer.Client.Ask<OffsetCommitRequest, OffsetCommitResponse>(9, request).Topics[0].Partitions[0].ErrorCode);
    }

    /// <summary>The values that are committed, and the last stable offset.</summary>
    private static string Seen(TransactionVerbs producer, int partition)
    {
        var (values, lastStableOffset) = producer.ReadCommitted("t", partition);
        return $"{string.Join(',', values)} to {lastStableOffset}";
    }

    private static (TestBroker Broker, TransactionVerbs Producer) Begin(int shards, params (string Key, string Value)[] properties)
    {
        var broker = TestBroker.Started(shards, null, [("transaction.state.log.num.partitions", "3"), .. properties]);
        broker.CreateTopic("t", 2);
        broker.CreateTopic("__consumer_offsets", 2, ("cleanup.policy", "compact"));
        return (broker, new TransactionVerbs(broker, "tx"));
    }
}
