using System.Text;
using Deterministic.Kernel;
using Deterministic.Kernel.Memory;
using Deterministic.Protocol;
using Deterministic.Protocol.Compression;
using Deterministic.Protocol.Stored.Headers;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Groups;
using Deterministic.Server.Handlers;
using Deterministic.Server.Metadata;
using Deterministic.Server.Transactions;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Groups;

/// <summary>
/// Sends the requests that Kafka was sent, in the same order, through the handlers and compares the bytes of the answers.
/// Member ids are random on both sides and of one length, so ours are put in the place of Kafka's.
/// </summary>
public class GoldenGroupAnswersTests : IGroupRouting
{
    private const int OffsetsPartitions = 2;

    /// <summary>
    /// Kafka answers these through its transaction and share coordinators, which this broker does not have; a client is told so.
    /// Kafka gives the results of DeleteGroups in the order of partitions, and of ConsumerGroupDescribe the invalid ids first; we
    /// answer in the order asked. Two have a member id that the coordinator chose.
    /// </summary>
    private static readonly string[] s_answeredOtherwise =
        ["find-coordinator/type+2", "find-coordinator/share-key", "delete-groups/live-unknown-empty",
            "consumer-describe/unknown", "consumer-heartbeat/v0-without-member-id", "join/consumer-group-with-classic"];

    private readonly Shard _shard = new(new ShardId(0), new ManualClock(), null!, null!, new SeededRandom(3), static () => { });
    private readonly GroupCoordinator _coordinator;
    private readonly Dictionary<string, string> _ourMemberIds = [];
    private readonly MetadataCache _metadata = new();

    public GoldenGroupAnswersTests()
    {
        var topics = new FixedTopics();
        Assert.True(Uuid.TryParse("gblBqhGDQUyAQJeSfVX1YA", out var id));
        topics.Add("e-a", 2, id);
        _metadata.OnImage(
            MetadataImage.Empty with { Features = MetadataImage.Empty.Features.Add(FeatureNames.GroupVersion, 1) },
            new MetadataDelta(MetadataImage.Empty));
        _coordinator = new GroupCoordinator(
            _shard,
            new GroupConfig { InitialRebalanceDelayMs = 0, ConsumerHeartbeatIntervalMs = new BoundedMs(500, 500, 500) },
            new RecordingGroupLog(),
            topics,
            new FixedSettings(),
            new BatchCodecs(new BufferPool()));
        _shard.Post(() =>
        {
            for (var i = 0; i < OffsetsPartitions; i++)
            {
                _coordinator.BeginLoad(i);
                _coordinator.EndLoad(i);
            }
        });
        _shard.Run(10);
    }

    int IGroupRouting.OffsetsPartitionCount => OffsetsPartitions;

    IReadOnlyList<GroupCoordinator> IGroupRouting.Coordinators => [_coordinator];

    [Fact]
    public void Bad_requests_are_answered_as_Kafka_answers_them()
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var row in GoldenFiles.Rows("errors.tsv.gz"))
        {
            var (name, api, version) = (row[0], row[1], short.Parse(row[2]));
            var sent = Convert.FromHexString(WithOurIds(row[3]));
            var ours = Convert.ToHexStringLower(Answer(api, version, sent));
            if (api == "JOIN_GROUP")
            {
                Learn(row[4], ours);
            }

            if (s_answeredOtherwise.Contains(name))
            {
                continue;
            }

            compared++;
            if (WithOurIds(row[4]) != ours)
            {
                differences.Add($"{name}: {api} v{version}\n  sent  {row[3]}\n  Kafka {WithOurIds(row[4])}\n  ours  {ours}");
            }
        }

        Assert.True(compared > 100);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    GroupCoordinator? IGroupRouting.CoordinatorOf(int partition) => _coordinator;

    CoordinatorEndpoint? IGroupRouting.EndpointOf(int partition, string listenerName) => new(1, "localhost", 22146);

    ValueTask<ErrorCode> IGroupRouting.EnsureOffsetsTopicAsync() => ValueTask.FromResult(ErrorCode.None);

    /// <summary>The same node coordinates transactions, whatever they are.</summary>
    private sealed class OtherRouting : ITransactionRouting
    {
        public int PartitionCount => 2;

        public IReadOnlyList<TransactionCoordinator> Coordinators => [];

        public TransactionCoordinator? CoordinatorOf(int partition) => null;

        public CoordinatorEndpoint? EndpointOf(int partition, string listenerName) => new(1, "localhost", 22146);

        public ValueTask<ErrorCode> EnsureTopicAsync() => ValueTask.FromResult(ErrorCode.None);
    }

    private byte[] Answer(string api, short version, byte[] frame)
    {
        var calls = new GroupCalls(this);
        return api switch
        {
            "FIND_COORDINATOR" => Serve(new FindCoordinatorHandler(calls, new TransactionCalls(new OtherRouting())), version, frame),
            "JOIN_GROUP" => Serve(new JoinGroupHandler(calls), version, frame),
            "SYNC_GROUP" => Serve(new SyncGroupHandler(calls), version, frame),
            "HEARTBEAT" => Serve(new HeartbeatHandler(calls), version, frame),
            "LEAVE_GROUP" => Serve(new LeaveGroupHandler(calls), version, frame),
            "OFFSET_COMMIT" => Serve(new OffsetCommitHandler(calls), version, frame),
            "OFFSET_FETCH" => Serve(new OffsetFetchHandler(calls), version, frame),
            "DESCRIBE_GROUPS" => Serve(new DescribeGroupsHandler(calls), version, frame),
            "OFFSET_DELETE" => Serve(new OffsetDeleteHandler(calls), version, frame),
            "DELETE_GROUPS" => Serve(new DeleteGroupsHandler(calls), version, frame),
            "CONSUMER_GROUP_HEARTBEAT" => Serve(new ConsumerGroupHeartbeatHandler(calls, _metadata), version, frame),
            "CONSUMER_GROUP_DESCRIBE" => Serve(new ConsumerGroupDescribeHandler(calls, _metadata), version, frame),
            "LIST_GROUPS" => Serve(new ListGroupsHandler(calls), version, frame),
            _ => throw new InvalidOperationException(api),
        };
    }

    private byte[] Serve<TRequest, TResponse>(IRequestHandler<TRequest, TResponse> handler, short version, byte[] frame)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        var api = TRequest.Api;
        var isFlexible = api.IsFlexible(version);
        var reader = new WireReader(frame, api.RequestHeaderVersion(version), isFlexible);
        var header = new RequestHeader();
        header.Walk(ref reader);
        var bodyReader = new WireReader(frame.AsMemory(reader.Position), version, isFlexible);
        var request = new TRequest();
        request.Walk(ref bodyReader);

        var context = new RequestContext(
            _shard, api, version, header.CorrelationId, header.ClientId.AsString(), "/127.0.0.1", "PLAINTEXT");
        Task<TResponse>? answer = null;
        _shard.Post(() => answer = handler.HandleAsync(request, context).AsTask());
        while (_shard.Run(100) > 0)
        {
            // Until nothing is left to do.
        }

        Assert.True(answer!.IsCompletedSuccessfully, $"{api.Key} was not answered: {answer.Exception}");
#pragma warning disable xUnit1031 // It has completed.
        return Encode(answer.Result, header.CorrelationId, api, version);
#pragma warning restore xUnit1031
    }

    private static byte[] Encode<TResponse>(TResponse response, int correlationId, ApiInfo api, short version)
        where TResponse : struct, IMessage
    {
        var isFlexible = api.IsFlexible(version);
        var header = new ResponseHeader { CorrelationId = correlationId };
        var headerSizer = new WireSizer(api.ResponseHeaderVersion(version), isFlexible);
        header.Walk(ref headerSizer);
        var sizer = new WireSizer(version, isFlexible);
        response.Walk(ref sizer);
        var bytes = new byte[headerSizer.SizeBytes + sizer.SizeBytes];
        var headerWriter = new WireWriter(bytes, api.ResponseHeaderVersion(version), isFlexible);
        header.Walk(ref headerWriter);
        var writer = new WireWriter(bytes.AsSpan((int)headerSizer.SizeBytes), version, isFlexible);
        response.Walk(ref writer);
        return bytes;
    }

    /// <summary>Where Kafka's answer has a new member id, ours has one of the same length at the same place.</summary>
    private void Learn(string theirs, string ours)
    {
        const int UuidChars = 36;
        var text = Encoding.Latin1.GetString(Convert.FromHexString(theirs));
        foreach (var prefix in (string[])["golden-", "-"])
        {
            var at = text.IndexOf(prefix, StringComparison.Ordinal);
            var length = prefix.Length + UuidChars;
            if (at >= 0 && at + length <= text.Length && theirs.Length == ours.Length)
            {
                _ourMemberIds.TryAdd(theirs.Substring(at * 2, length * 2), ours.Substring(at * 2, length * 2));
                return;
            }
        }
    }

    private string WithOurIds(string hex)
    {
        foreach (var (theirs, ours) in _ourMemberIds)
        {
            hex = hex.Replace(theirs, ours, StringComparison.Ordinal);
        }

        return hex;
    }
}
