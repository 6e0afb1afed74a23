using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// The way to the coordinator of a group, or of a transactional id: looked for, kept, looked for again. Owned by a group's member
/// or a transactional producer.
/// </summary>
internal sealed class GroupConnection(ClientProcess process, string group, sbyte keyType = GroupConnection.GroupKey)
{
    /// <summary>Asks for the coordinator of a group.</summary>
    internal const sbyte GroupKey = 0;

    /// <summary>Asks for the coordinator of a transactional id; in no version before <see cref="FirstVersionWithKeyTypes"/>.</summary>
    internal const sbyte TransactionKey = 1;

    /// <summary>From here on there are other coordinators than those of groups.</summary>
    internal const short FirstVersionWithKeyTypes = 1;

    /// <summary>From here on one request asks about several groups.</summary>
    private const short FirstBatchedVersion = 4;

    private BrokerAddress? _address;

    /// <summary>Asks the coordinator; an error that says so makes it be looked for again.</summary>
    internal async Task<TResponse> AskAsync<TRequest, TResponse>(TRequest request, Func<TResponse, ErrorCode> errorOf, int timeoutMs = 0, short versionMax = short.MaxValue)
        where TRequest : struct, IRequest
        where TResponse : struct, IMessage
    {
        _address ??= await FindAsync();
        try
        {
            var connection = await process.ToAsync(_address.Value, isForGroup: true);
            var response = await connection.AskAsync<TRequest, TResponse>(request, timeoutMs, versionMax);
            process.Succeeded();
            if (ErrorReaction.AsksForCoordinator(errorOf(response)))
            {
                _address = null;
            }

            return response;
        }
        catch (RequestLostException)
        {
            _address = null;
            throw;
        }
    }

    private async Task<BrokerAddress> FindAsync()
    {
        var connection = await process.AnyBrokerAsync([]);
        var version = connection.VersionOf(FindCoordinatorRequest.Api);
        var response = await connection.AskAsync<FindCoordinatorRequest, FindCoordinatorResponse>(
            new FindCoordinatorRequest { Key = group, KeyType = keyType, CoordinatorKeys = Seq<Text>.Of((Text)group) }, version, process.Plan.RequestTimeoutMs);
        if (version >= FirstBatchedVersion && (response.Coordinators.Count != 1 || response.Coordinators[0].Key != group))
        {
            throw new ViolationException("answers-what-was-asked", $"FindCoordinator answers for something else than {group}");
        }

        var (error, host, port) = version >= FirstBatchedVersion
            ? ((ErrorCode)response.Coordinators[0].ErrorCode, response.Coordinators[0].Host, response.Coordinators[0].Port)
            : ((ErrorCode)response.ErrorCode, response.Host, response.Port);
        if (error == ErrorCode.None)
        {
            return new BrokerAddress(host.ToString(), port);
        }

        return ErrorReaction.IsRetriable(error)
            ? throw new RequestLostException($"no coordinator of {group}: {error}", mayHaveActed: false)
            : throw new ViolationException("expected-errors", $"FindCoordinator of {group} answers {error}");
    }
}
