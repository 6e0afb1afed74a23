using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Configs;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Assignors;
using Deterministic.Server.Handlers;
using Deterministic.Server.Metadata;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Composition;

/// <summary>Gives a shard its coordinator and a handler for every API that is advertised. Stateless.</summary>
internal static class ShardHandlers
{
    internal static void Add(BrokerShard shard, IControllerClient controller, NodeIdentity node)
    {
        var ids = new ProducerIdSource(controller);
        var routing = new ImageTransactionRouting(shard, () => EnsureTopicAsync(controller, InternalTopics.TransactionState));
        AddCoordinators(shard, ids, routing);
        shard.OnDirectoriesChosen = assignments => Conversation.Start(controller.AssignDirectoriesAsync(assignments), shard.Shard);
        shard.Moves.Assign = assignment => controller.AssignDirectoriesAsync([assignment]);
        AddRecords(shard);
        AddMetadata(shard, controller, node);
        var groups = new GroupCalls(new ImageGroupRouting(shard, () => EnsureTopicAsync(controller, InternalTopics.ConsumerOffsets)));
        var transactions = new TransactionCalls(routing);
        AddGroups(shard, groups, transactions);
        AddTransactions(shard, groups, transactions, ids);
        AddTelemetry(shard);
        shard.Router.CheckComplete();
    }

    private static void AddCoordinators(BrokerShard shard, ProducerIdSource ids, ImageTransactionRouting routing)
    {
        var topics = new ImageGroupTopics(shard);
        shard.Groups = new GroupCoordinator(
            shard.Shard, GroupConfigOf(shard.Config), new CoordinatorLog(shard, InternalTopics.ConsumerOffsets), topics, new ImageGroupSettings(shard), shard.Codecs);
        shard.Transactions = new TransactionCoordinator(
            shard.Shard,
            TransactionConfigOf(shard.Config),
            new CoordinatorLog(shard, InternalTopics.TransactionState),
            new ShardMarkers(shard),
            new ShardProducerIds(shard.Shard, ids),
            topics,
            () => shard.Image.FeatureLevel(FeatureNames.TransactionVersion),
            shard.Codecs,
            shard.Log);
        shard.Verifier = new TransactionVerifier(shard, routing);
        shard.Lifecycle = new PartitionLifecycles(
            new CoordinatorLoader(shard, InternalTopics.ConsumerOffsets, new LoadedCoordinators.OfGroups(shard.Groups)),
            new CoordinatorLoader(shard, InternalTopics.TransactionState, new LoadedCoordinators.OfTransactions(shard.Transactions)));
    }

    private static void AddRecords(BrokerShard shard)
    {
        var router = shard.Router;
        router.Add<ProduceRequest, ProduceResponse>(new ProduceHandler(shard), ErrorResponses.OfProduce);
        router.Add<FetchRequest, FetchResponse>(new FetchHandler(shard, shard.FetchSessions), ErrorResponses.OfFetch);
        router.Add<ListOffsetsRequest, ListOffsetsResponse>(new ListOffsetsHandler(shard), ErrorResponses.OfListOffsets);
        router.Add(new OffsetForLeaderEpochHandler(shard));
        router.Add(new DeleteRecordsHandler(shard));
        router.Add(new DescribeProducersHandler(shard));
        router.Add(new DescribeLogDirsHandler(shard));
        router.Add(new AlterReplicaLogDirsHandler(shard));
        router.Add(new ApiVersionsHandler(shard), static (_, error) => new ApiVersionsResponse { ErrorCode = (short)error });
    }

    private static void AddMetadata(BrokerShard shard, IControllerClient controller, NodeIdentity node)
    {
        var router = shard.Router;
        router.Add(new MetadataHandler(shard.Metadata, controller, shard.Config, node));
        router.Add(new DescribeClusterHandler(shard.Metadata, node));
        router.Add(new DescribeTopicPartitionsHandler(shard.Metadata, shard.Config));
        router.Add(new DescribeConfigsHandler(shard, node));
        router.Add(new ListConfigResourcesHandler(shard.Metadata));
        router.Add(new MutationHandler<CreateTopicsRequest, CreateTopicsResponse>(controller, strictSince: 6, TopicCreation.Decide));
        router.Add(new MutationHandler<DeleteTopicsRequest, DeleteTopicsResponse>(controller, strictSince: 5, TopicDeletion.Decide));
        router.Add(new ListPartitionReassignmentsHandler(shard.Metadata));
        router.Add(new DescribeQuorumHandler(controller));
        router.Add(new UpdateFeaturesHandler(controller));
        router.Add(new MutationHandler<CreatePartitionsRequest, CreatePartitionsResponse>(controller, strictSince: 3, PartitionCreation.Decide));
        router.Add(new ControllerHandler<AlterConfigsRequest, AlterConfigsResponse>(controller, ConfigAlteration.Decide));
        router.Add(new ControllerHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(controller, ConfigAlteration.Decide));
        router.Add(new ControllerHandler<ElectLeadersRequest, ElectLeadersResponse>(controller, LeaderElection.Decide));
        router.Add(new ControllerHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(controller, Reassignment.Decide));
        router.Add(new ControllerHandler<UnregisterBrokerRequest, UnregisterBrokerResponse>(controller, BrokerRemoval.Decide));
        router.Add(new DescribeClientQuotasHandler(shard.Metadata));
        router.Add(new ControllerHandler<AlterClientQuotasRequest, AlterClientQuotasResponse>(controller, QuotaAlteration.Decide));
    }

    private static void AddTransactions(BrokerShard shard, GroupCalls groups, TransactionCalls calls, ProducerIdSource ids)
    {
        var router = shard.Router;
        router.Add(
            new InitProducerIdHandler(ids, calls),
            static (_, error) => new InitProducerIdResponse { ErrorCode = (short)error, ProducerEpoch = -1 });
        router.Add(new AddPartitionsToTxnHandler(shard, calls));
        router.Add(new AddOffsetsToTxnHandler(groups, calls), static (_, error) => new AddOffsetsToTxnResponse { ErrorCode = (short)error });
        router.Add(new EndTxnHandler(calls), static (_, error) => new EndTxnResponse { ErrorCode = (short)error });
        router.Add(new TxnOffsetCommitHandler(shard, groups));
        router.Add(new WriteTxnMarkersHandler(shard));
        router.Add(new DescribeTransactionsHandler(calls));
        router.Add(new ListTransactionsHandler(calls), static (_, error) => new ListTransactionsResponse { ErrorCode = (short)error });
    }

    private static void AddGroups(BrokerShard shard, GroupCalls calls, TransactionCalls transactions)
    {
        var router = shard.Router;
        router.Add(new FindCoordinatorHandler(calls, transactions));
        router.Add(new JoinGroupHandler(calls), static (_, error) => new JoinGroupResponse { ErrorCode = (short)error, MemberId = Protocol.Wire.Text.Empty });
        router.Add(new SyncGroupHandler(calls), static (_, error) => new SyncGroupResponse { ErrorCode = (short)error });
        router.Add(new HeartbeatHandler(calls), static (_, error) => new HeartbeatResponse { ErrorCode = (short)error });
        router.Add(new LeaveGroupHandler(calls), static (_, error) => new LeaveGroupResponse { ErrorCode = (short)error });
        router.Add(new OffsetCommitHandler(calls));
        router.Add(new OffsetFetchHandler(calls));
        router.Add(new DescribeGroupsHandler(calls));
        router.Add(
            new ConsumerGroupHeartbeatHandler(calls, shard.Metadata), static (_, error) => new ConsumerGroupHeartbeatResponse { ErrorCode = (short)error });
        router.Add(new ConsumerGroupDescribeHandler(calls, shard.Metadata));
        router.Add(new DeleteGroupsHandler(calls));
        router.Add(new OffsetDeleteHandler(calls), static (_, error) => new OffsetDeleteResponse { ErrorCode = (short)error });
        router.Add(new ListGroupsHandler(calls), static (_, error) => new ListGroupsResponse { ErrorCode = (short)error });
    }

    private static void AddTelemetry(BrokerShard shard)
    {
        shard.Router.Add(
            new GetTelemetrySubscriptionsHandler(shard), static (_, error) => new GetTelemetrySubscriptionsResponse { ErrorCode = (short)error });
        shard.Router.Add(new PushTelemetryHandler(shard), static (_, error) => new PushTelemetryResponse { ErrorCode = (short)error });
    }

    private static async ValueTask<ErrorCode> EnsureTopicAsync(IControllerClient controller, string name) =>
        await controller.EnsureInternalTopicAsync(name);

    private static TransactionConfig TransactionConfigOf(BrokerConfig config) => new()
    {
        MaxTimeoutMs = config.TransactionMaxTimeoutMs,
        AbortTimedOutIntervalMs = config.TransactionAbortTimedOutTransactionCleanupIntervalMs,
        IdExpirationMs = config.TransactionalIdExpirationMs,
        RemoveExpiredIntervalMs = config.TransactionRemoveExpiredTransactionCleanupIntervalMs,
        TwoPhaseCommitEnable = config.TransactionTwoPhaseCommitEnable,
        AddPartitionsWaitMaxMs = config.AddPartitionsToTxnRetryBackoffMaxMs,
    };

    private static GroupConfig GroupConfigOf(BrokerConfig config) => new()
    {
        InitialRebalanceDelayMs = config.GroupInitialRebalanceDelayMs,
        MinSessionTimeoutMs = config.GroupMinSessionTimeoutMs,
        MaxSessionTimeoutMs = config.GroupMaxSessionTimeoutMs,
        MaxSize = config.GroupMaxSize,
        OffsetMetadataMaxBytes = config.OffsetMetadataMaxBytes,
        OffsetsRetentionMinutes = config.OffsetsRetentionMinutes,
        OffsetsRetentionCheckIntervalMs = config.OffsetsRetentionCheckIntervalMs,
        ConsumerMaxSize = config.GroupConsumerMaxSize,
        ConsumerSessionTimeoutMs = config.GroupConsumerSessionTimeoutMs,
        ConsumerHeartbeatIntervalMs = config.GroupConsumerHeartbeatIntervalMs,
        ConsumerAssignmentIntervalMs = config.GroupConsumerAssignmentIntervalMs,
        ConsumerRegexRefreshIntervalMs = config.GroupConsumerRegexRefreshIntervalMs,
        MigrationPolicy = config.GroupConsumerMigrationPolicy,
        ConsumerAssignors = [.. config.GroupConsumerAssignors.Select(name => ConsumerAssignors.Find(name)!)],
    };
}
