using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Client;

/// <summary>
/// The command line's client: finds brokers, leaders and coordinators, and keeps a connection to each. It names topics
/// by name everywhere, so it caps the versions that know ids only. Lives for one command; used by one task at a time.
/// </summary>
internal sealed class KafkaClient(IReadOnlyList<BrokerAddress> bootstrap, string clientId) : IDisposable
{
    /// <summary>The last version of Produce and Fetch in which a topic goes by its name.</summary>
    public const short RecordsVersionMax = 12;

    /// <summary>The last version of OffsetCommit and OffsetFetch in which a topic goes by its name.</summary>
    public const short OffsetsVersionMax = 9;

    private const int AttemptsMax = 20;
    private static readonly TimeSpan s_retryPause = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<BrokerAddress, KafkaConnection> _connections = [];
    private readonly Dictionary<int, BrokerAddress> _brokers = [];
    private readonly Dictionary<(CoordinatorKind Kind, string Key), Coordinator> _coordinators = [];

    /// <summary>A client of the brokers that <c>--bootstrap-server</c> lists.</summary>
    public static KafkaClient Of(string bootstrapServers, string clientId) =>
        new(BrokerAddress.ParseList(bootstrapServers), clientId);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Dispose();
        }
    }

    /// <summary>Metadata of some topics, or of all (null). Remembers the brokers.</summary>
    public async Task<MetadataResponse> MetadataAsync(
        IReadOnlyList<string>? topics, CancellationToken cancellation, bool mayCreate = false)
    {
        var request = new MetadataRequest { AllowAutoTopicCreation = mayCreate, Topics = Seq<MetadataRequest.MetadataRequestTopic>.Null };
        if (topics is not null)
        {
            request.Topics = Seq<MetadataRequest.MetadataRequestTopic>.Of(
                topics.Select(topic => new MetadataRequest.MetadataRequestTopic { Name = topic }));
        }

        var connection = await AnyAsync(cancellation);
        var response = await connection.SendAsync<MetadataRequest, MetadataResponse>(request, cancellation);
        foreach (var broker in response.Brokers)
        {
            _brokers[broker.NodeId] = new BrokerAddress(broker.Host.ToString(), broker.Port);
        }

        return response;
    }

    /// <summary>A topic's metadata, waiting until all its partitions have a leader.</summary>
    /// <exception cref="KafkaClientException">There is no such topic.</exception>
    public async Task<MetadataResponse.MetadataResponseTopic> TopicAsync(
        string name, CancellationToken cancellation, bool mayCreate = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            var response = await MetadataAsync([name], cancellation, mayCreate);
            var topic = response.Topics[0];
            var error = (ErrorCode)topic.ErrorCode;
            if (error == ErrorCode.None && topic.Partitions.ToArray().All(partition => partition.LeaderId >= 0))
            {
                return topic;
            }

            var mayCome = error is ErrorCode.None or ErrorCode.LeaderNotAvailable
                || (mayCreate && error == ErrorCode.UnknownTopicOrPartition);
            if (!mayCome || attempt == AttemptsMax)
            {
                KafkaClientException.ThrowOn(
                    topic.ErrorCode == 0 ? (short)ErrorCode.LeaderNotAvailable : topic.ErrorCode, $"Topic {name}");
            }

            await PauseAsync(cancellation);
        }
    }

    /// <summary>A connection to any broker.</summary>
    public async Task<KafkaConnection> AnyAsync(CancellationToken cancellation)
    {
        KafkaClientException? last = null;
        foreach (var address in bootstrap.Concat(_brokers.Values))
        {
            try
            {
                return await ToAsync(address, cancellation);
            }
            catch (KafkaClientException e)
            {
                last = e;
            }
        }

        throw last!;
    }

    /// <summary>A connection to a broker that metadata named.</summary>
    public Task<KafkaConnection> NodeAsync(int nodeId, CancellationToken cancellation) =>
        _brokers.TryGetValue(nodeId, out var address)
            ? ToAsync(address, cancellation)
            : throw new KafkaClientException($"Broker {nodeId} is not among the brokers of the cluster", ErrorCode.BrokerNotAvailable);

    /// <summary>A connection to the coordinator of a group, waiting until there is one.</summary>
    public async Task<KafkaConnection> CoordinatorAsync(string groupId, CancellationToken cancellation) =>
        await ToAsync((await FindCoordinatorAsync(CoordinatorKind.Group, groupId, cancellation)).Address, cancellation);

    /// <summary>The coordinator of a group or a transactional id, waiting until there is one.</summary>
    public async Task<Coordinator> FindCoordinatorAsync(CoordinatorKind kind, string key, CancellationToken cancellation)
    {
        for (var attempt = 1; !_coordinators.ContainsKey((kind, key)); attempt++)
        {
            var request = new FindCoordinatorRequest { Key = key, KeyType = (sbyte)kind, CoordinatorKeys = Seq<Text>.Of((Text)key) };
            var connection = await AnyAsync(cancellation);
            var response = await connection.SendAsync<FindCoordinatorRequest, FindCoordinatorResponse>(request, cancellation);
            var found = response.Coordinators.Count > 0
                ? response.Coordinators[0]
                : new FindCoordinatorResponse.Coordinator
                {
                    ErrorCode = response.ErrorCode, NodeId = response.NodeId, Host = response.Host, Port = response.Port,
                };
            if (found.ErrorCode == 0)
            {
                _coordinators[(kind, key)] = new Coordinator(found.NodeId, new BrokerAddress(found.Host.ToString(), found.Port));
            }
            else if (!IsCoordinatorAway(found.ErrorCode) || attempt == AttemptsMax)
            {
                KafkaClientException.ThrowOn(
                    found.ErrorCode, $"{(kind == CoordinatorKind.Group ? "Group" : "Transactional id")} {key}", found.ErrorMessage.AsString());
            }
            else
            {
                await PauseAsync(cancellation);
            }
        }

        return _coordinators[(kind, key)];
    }

    /// <summary>Sends a request to a coordinator, again while the answer says that it moved or is not ready.</summary>
    public async Task<TResponse> AskCoordinatorAsync<TRequest, TResponse>(
        CoordinatorKind kind, string key, TRequest request, Func<TResponse, short> errorOf, CancellationToken cancellation,
        short versionMax = short.MaxValue)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        for (var attempt = 1; ; attempt++)
        {
            var coordinator = await FindCoordinatorAsync(kind, key, cancellation);
            var connection = await ToAsync(coordinator.Address, cancellation);
            var response = await connection.SendAsync<TRequest, TResponse>(request, cancellation, versionMax);
            if (!IsCoordinatorAway(errorOf(response)) || attempt == AttemptsMax)
            {
                return response;
            }

            _coordinators.Remove((kind, key));
            await PauseAsync(cancellation);
        }
    }

    /// <summary>Asks for the coordinator of a group anew next time.</summary>
    public void ForgetCoordinator(string groupId) => _coordinators.Remove((CoordinatorKind.Group, groupId));

    /// <summary>Waits before the next attempt.</summary>
    public static Task PauseAsync(CancellationToken cancellation) =>
        Task.Delay(s_retryPause, TimeProvider.System, cancellation);

    /// <summary>Closes all connections; the next request opens them anew.</summary>
    public void Disconnect()
    {
        Dispose();
        _connections.Clear();
    }

    private async Task<KafkaConnection> ToAsync(BrokerAddress address, CancellationToken cancellation)
    {
        if (!_connections.TryGetValue(address, out var connection))
        {
            connection = await KafkaConnection.OpenAsync(address.Host, address.Port, clientId, cancellation);
            _connections.Add(address, connection);
        }

        return connection;
    }

    private static bool IsCoordinatorAway(short error) =>
        (ErrorCode)error is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress;
}
