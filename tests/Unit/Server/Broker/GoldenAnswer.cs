using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Broker;

/// <summary>What a test must know of a response to compare it with what Kafka answered.</summary>
internal sealed record GoldenAnswer(IReadOnlyList<int> Errors, int SessionId = 0, string? MemberId = null, int GenerationId = -1, long ProducerId = -1)
{
    /// <summary>The error messages; some of them null.</summary>
    internal IReadOnlyList<string?> Messages { get; init; } = [];

    internal static GoldenAnswer Decode(ApiKey key, short version, byte[] frame) => key switch
    {
        ApiKey.Produce => Of<ProduceRequest, ProduceResponse>(version, frame),
        ApiKey.Fetch => OfFetch(version, frame),
        ApiKey.ListOffsets => Of<ListOffsetsRequest, ListOffsetsResponse>(version, frame),
        ApiKey.Metadata => Of<MetadataRequest, MetadataResponse>(version, frame),
        ApiKey.OffsetCommit => Of<OffsetCommitRequest, OffsetCommitResponse>(version, frame),
        ApiKey.OffsetFetch => Of<OffsetFetchRequest, OffsetFetchResponse>(version, frame),
        ApiKey.FindCoordinator => Of<FindCoordinatorRequest, FindCoordinatorResponse>(version, frame),
        ApiKey.JoinGroup => OfJoin(version, frame),
        ApiKey.Heartbeat => Of<HeartbeatRequest, HeartbeatResponse>(version, frame),
        ApiKey.LeaveGroup => Of<LeaveGroupRequest, LeaveGroupResponse>(version, frame),
        ApiKey.SyncGroup => Of<SyncGroupRequest, SyncGroupResponse>(version, frame),
        ApiKey.DescribeGroups => Of<DescribeGroupsRequest, DescribeGroupsResponse>(version, frame),
        ApiKey.ListGroups => Of<ListGroupsRequest, ListGroupsResponse>(version, frame),
        ApiKey.ApiVersions => OfApiVersions(version, frame),
        ApiKey.CreateTopics => Of<CreateTopicsRequest, CreateTopicsResponse>(version, frame),
        ApiKey.DeleteTopics => Of<DeleteTopicsRequest, DeleteTopicsResponse>(version, frame),
        ApiKey.InitProducerId => OfInit(version, frame),
        ApiKey.AddPartitionsToTxn => Of<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(version, frame),
        ApiKey.AddOffsetsToTxn => Of<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(version, frame),
        ApiKey.EndTxn => Of<EndTxnRequest, EndTxnResponse>(version, frame),
        ApiKey.WriteTxnMarkers => Of<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(version, frame),
        ApiKey.TxnOffsetCommit => Of<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(version, frame),
        ApiKey.DescribeTransactions => Of<DescribeTransactionsRequest, DescribeTransactionsResponse>(version, frame),
        ApiKey.ListTransactions => Of<ListTransactionsRequest, ListTransactionsResponse>(version, frame),
        ApiKey.OffsetForLeaderEpoch => Of<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>(version, frame),
        ApiKey.DescribeConfigs => Of<DescribeConfigsRequest, DescribeConfigsResponse>(version, frame),
        ApiKey.ListPartitionReassignments => Of<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(version, frame),
        ApiKey.DescribeCluster => Of<DescribeClusterRequest, DescribeClusterResponse>(version, frame),
        ApiKey.DescribeTopicPartitions => Of<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse>(version, frame),
        ApiKey.CreatePartitions => Of<CreatePartitionsRequest, CreatePartitionsResponse>(version, frame),
        ApiKey.DeleteRecords => Of<DeleteRecordsRequest, DeleteRecordsResponse>(version, frame),
        ApiKey.AlterConfigs => Of<AlterConfigsRequest, AlterConfigsResponse>(version, frame),
        ApiKey.IncrementalAlterConfigs => Of<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(version, frame),
        ApiKey.ListConfigResources => Of<ListConfigResourcesRequest, ListConfigResourcesResponse>(version, frame),
        ApiKey.ElectLeaders => Of<ElectLeadersRequest, ElectLeadersResponse>(version, frame),
        ApiKey.AlterPartitionReassignments => Of<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(version, frame),
        ApiKey.UnregisterBroker => Of<UnregisterBrokerRequest, UnregisterBrokerResponse>(version, frame),
        ApiKey.UpdateFeatures => Of<UpdateFeaturesRequest, UpdateFeaturesResponse>(version, frame),
        ApiKey.DescribeQuorum => Of<DescribeQuorumRequest, DescribeQuorumResponse>(version, frame),
        ApiKey.DescribeProducers => Of<DescribeProducersRequest, DescribeProducersResponse>(version, frame),
        ApiKey.DescribeLogDirs => Of<DescribeLogDirsRequest, DescribeLogDirsResponse>(version, frame),
        _ => throw new InvalidOperationException($"no decoder for {key}"),
    };

    private static GoldenAnswer Of<TRequest, TResponse>(short version, byte[] frame)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var collector = new ErrorCodeCollector(version);
        TestClient.Decode<TRequest, TResponse>(version, frame, out _).Walk(ref collector);
        return new GoldenAnswer(collector.Codes) { Messages = collector.Messages };
    }

    private static GoldenAnswer OfFetch(short version, byte[] frame)
    {
        var response = TestClient.Decode<FetchRequest, FetchResponse>(version, frame, out _);
        return new GoldenAnswer(ErrorsOf(response, version), SessionId: response.SessionId);
    }

    private static GoldenAnswer OfJoin(short version, byte[] frame)
    {
        var response = TestClient.Decode<JoinGroupRequest, JoinGroupResponse>(version, frame, out _);
        return new GoldenAnswer(ErrorsOf(response, version), MemberId: response.MemberId.AsString(), GenerationId: response.GenerationId);
    }

    private static GoldenAnswer OfInit(short version, byte[] frame)
    {
        var response = TestClient.Decode<InitProducerIdRequest, InitProducerIdResponse>(version, frame, out _);
        return new GoldenAnswer(ErrorsOf(response, version), ProducerId: response.ProducerId);
    }

    /// <summary>An unknown version is answered in the form of version 0.</summary>
    private static GoldenAnswer OfApiVersions(short version, byte[] frame) =>
        Of<ApiVersionsRequest, ApiVersionsResponse>(version is >= 0 and <= 4 ? version : (short)0, frame);

    private static List<int> ErrorsOf<TResponse>(TResponse response, short version)
        where TResponse : struct, IMessage
    {
        var collector = new ErrorCodeCollector(version);
        response.Walk(ref collector);
        return collector.Codes;
    }
}
