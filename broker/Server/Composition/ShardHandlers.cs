using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Configs;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;
using Deterministic.Server.Groups;
using Deterministic.Server.Groups.Assignors;
using Deterministic.Server.Handlers;

namespace Deterministic.Server.Composition;

/// <summary>Gives a shard its coordinator and a handler for every API that is advertised. Stateless.</summary>
internal static class ShardHandlers
{
    internal static void Add(BrokerShard shard, IControllerClient controller, NodeIdentity node)
    {
        shard.Groups = new GroupCoordinator(
            shard.Shard, GroupConfigOf(shard.Config), new PartitionGroupLog(shard), new ImageGroupTopics(shard), new ImageGroupSettings(shard), shard.Codecs);
        shard.Lifecycle = new GroupLoader(shard, shard.Groups);
        shard.OnDirectoriesChosen = assignments => Conversation.Start(controller.AssignDirectoriesAsync(assignments), shard.Shard);
        AddRecords(shard, controller);
        AddMetadata(shard, controller, node);
        AddGroups(shard, new GroupCalls(new ImageGroupRouting(shard, () => EnsureOffsetsTopicAsync(controller))));
        shard.Router.CheckComplete();
    }

    private static void AddRecords(BrokerShard shard, IControllerClient controller)
    {
        var router = shard.Router;
        router.Add<ProduceRequest, ProduceResponse>(new ProduceHandler(shard), ErrorResponses.OfProduce);
        router.Add<FetchRequest, FetchResponse>(new FetchHandler(shard, shard.FetchSessions), ErrorResponses.OfFetch);
        router.Add<ListOffsetsRequest, ListOffsetsResponse>(new ListOffsetsHandler(shard), ErrorResponses.OfListOffsets);
        router.Add(new OffsetForLeaderEpochHandler(shard));
        router.Add(
            new InitProducerIdHandler(new ProducerIdSource(controller), shard.Config),
            static (_, error) => new InitProducerIdResponse { ErrorCode = (short)error, ProducerEpoch = -1 });
        router.Add(new ApiVersionsHandler(shard), static (_, error) => new ApiVersionsResponse { ErrorCode = (short)error });
    }

    private static void AddMetadata(BrokerShard shard, IControllerClient controller, NodeIdentity node)
    {
        var router = shard.Router;
        router.Add(new MetadataHandler(shard.Metadata, controller, shard.Config, node));
        router.Add(new DescribeClusterHandler(shard.Metadata, node));
        router.Add(new DescribeTopicPartitionsHandler(shard.Metadata, shard.Config));
        router.Add(new DescribeConfigsHandler(shard.Metadata, shard.Config, node));
        router.Add(new CreateTopicsHandler(controller));
        router.Add(new DeleteTopicsHandler(controller));
        router.Add(new ListPartitionReassignmentsHandler(shard.Metadata));
    }

    private static void AddGroups(BrokerShard shard, GroupCalls calls)
    {
        var router = shard.Router;
        router.Add(new FindCoordinatorHandler(calls));
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

    private static async ValueTask<ErrorCode> EnsureOffsetsTopicAsync(IControllerClient controller) =>
        await controller.EnsureInternalTopicAsync(InternalTopics.ConsumerOffsets);

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
