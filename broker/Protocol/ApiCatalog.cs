using Deterministic.Protocol.Apis;

namespace Deterministic.Protocol;

/// <summary>
/// The one list of APIs that this broker serves. The ApiVersions answer, the version gate, the tests and the conformance
/// report read it; an API stands here only when its semantics are implemented.
/// </summary>
public static class ApiCatalog
{
    private static readonly ApiInfo[] s_all =
    [
        ProduceRequest.Api, FetchRequest.Api, ListOffsetsRequest.Api, MetadataRequest.Api, OffsetCommitRequest.Api,
        OffsetFetchRequest.Api, FindCoordinatorRequest.Api, JoinGroupRequest.Api, HeartbeatRequest.Api,
        LeaveGroupRequest.Api, SyncGroupRequest.Api, DescribeGroupsRequest.Api, ListGroupsRequest.Api,
        ApiVersionsRequest.Api, CreateTopicsRequest.Api, DeleteTopicsRequest.Api, InitProducerIdRequest.Api,
        OffsetForLeaderEpochRequest.Api, AddPartitionsToTxnRequest.Api, AddOffsetsToTxnRequest.Api, EndTxnRequest.Api,
        WriteTxnMarkersRequest.Api, TxnOffsetCommitRequest.Api, DescribeConfigsRequest.Api, DeleteGroupsRequest.Api,
        ListPartitionReassignmentsRequest.Api, OffsetDeleteRequest.Api, DescribeClusterRequest.Api,
        DescribeTransactionsRequest.Api, ListTransactionsRequest.Api, ConsumerGroupHeartbeatRequest.Api, ConsumerGroupDescribeRequest.Api,
        DescribeTopicPartitionsRequest.Api, CreatePartitionsRequest.Api, DeleteRecordsRequest.Api,
        AlterConfigsRequest.Api, IncrementalAlterConfigsRequest.Api, ListConfigResourcesRequest.Api, ElectLeadersRequest.Api,
        AlterPartitionReassignmentsRequest.Api, UnregisterBrokerRequest.Api, UpdateFeaturesRequest.Api, DescribeQuorumRequest.Api,
        DescribeProducersRequest.Api, DescribeLogDirsRequest.Api, AlterReplicaLogDirsRequest.Api,
        GetTelemetrySubscriptionsRequest.Api, PushTelemetryRequest.Api,
        DescribeClientQuotasRequest.Api, AlterClientQuotasRequest.Api,
    ];

    private static readonly ApiInfo?[] s_byKey = IndexByKey();

    /// <summary>All of them, by key.</summary>
    public static ReadOnlySpan<ApiInfo> All => s_all;

    /// <summary>The API with that key, or null when this broker does not serve it.</summary>
    public static ApiInfo? Find(short key) => key >= 0 && key < s_byKey.Length ? s_byKey[key] : null;

    private static ApiInfo?[] IndexByKey()
    {
        var byKey = new ApiInfo?[s_all.Max(api => (int)api.Key) + 1];
        foreach (var api in s_all)
        {
            byKey[(int)api.Key] = api;
        }

        return byKey;
    }
}
