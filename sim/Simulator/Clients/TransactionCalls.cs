using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// What a transactional producer asks coordinators, tried again as clients do. Its versions belong together: either every request
/// is of transaction version 2, or none. Owned by its producer.
/// </summary>
internal sealed class TransactionCalls(ClientProcess process, string transactionalId)
{
    /// <summary>The last version of Produce that does not add its partitions to the transaction.</summary>
    internal const short LastProduceWithoutAdding = 11;

    private const short LastEndKeepingEpoch = 4;
    private const short LastOffsetCommitWithoutAdding = 4;
    private const short LastAddPartitionsOfClients = 3;
    private const short FirstStableFetch = 7;
    private const short LastFetchByName = 9;

    private readonly GroupConnection _coordinator = new(process, transactionalId, GroupConnection.TransactionKey);

    /// <summary>Whether the client is new enough to find a coordinator of transactions.</summary>
    internal bool AreSpoken => process.VersionMaxOf(FindCoordinatorRequest.Api) >= GroupConnection.FirstVersionWithKeyTypes;

    /// <summary>Whether each end raises the epoch (transaction version 2).</summary>
    internal bool RaisesEpochs => process.VersionMaxOf(ProduceRequest.Api) > LastProduceWithoutAdding
        && process.VersionMaxOf(EndTxnRequest.Api) > LastEndKeepingEpoch
        && process.VersionMaxOf(TxnOffsetCommitRequest.Api) > LastOffsetCommitWithoutAdding;

    /// <summary>How asking for an end went; <paramref name="MayHaveActed"/>: some attempt of it may have been heard.</summary>
    internal readonly record struct Ended(ErrorCode Error, bool MayHaveActed, long ProducerId, short Epoch);

    internal async Task<(ErrorCode Error, ProducerIdentity? Identity)> InitAsync(int timeoutMs)
    {
        var request = new InitProducerIdRequest { TransactionalId = transactionalId, TransactionTimeoutMs = timeoutMs };
        try
        {
            var response = await _coordinator.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(request, static r => (ErrorCode)r.ErrorCode);
            var error = (ErrorCode)response.ErrorCode;
            if (error != ErrorCode.None && !ErrorReaction.IsRetriable(error))
            {
                throw new ViolationException("expected-errors", $"InitProducerId of {transactionalId} answers {error}");
            }

            return (error, error == ErrorCode.None ? new ProducerIdentity(response.ProducerId, response.ProducerEpoch) : null);
        }
        catch (RequestLostException)
        {
            return (ErrorCode.NetworkException, null);
        }
    }

    /// <summary>Adds partitions before anything is sent to them, as clients did before transaction version 2.</summary>
    internal Task<bool> AddPartitionsAsync(ProducerIdentity identity, List<ProducerLane> lanes, long untilMs)
    {
        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = transactionalId,
            V3AndBelowProducerId = identity.ProducerId,
            V3AndBelowProducerEpoch = identity.Epoch,
        };
        foreach (var topic in lanes.GroupBy(lane => lane.Topic, StringComparer.Ordinal))
        {
            request.V3AndBelowTopics.Add(new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
            {
                Name = topic.Key,
                Partitions = Seq<int>.Of(topic.Select(lane => lane.Partition)),
            });
        }

        return PersistAsync("AddPartitionsToTxn", untilMs, async () => ErrorOf(await _coordinator.AskAsync<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(
            request, ErrorOf, versionMax: LastAddPartitionsOfClients)));
    }

    /// <summary>Commits offsets of a group in the transaction, as one of its members if there are any.</summary>
    internal async Task<bool> CommitOffsetsAsync(
        ProducerIdentity identity, string group, GroupIdentity? member, IReadOnlyList<CommittedInTransaction> offsets, long untilMs)
    {
        if (!RaisesEpochs)
        {
            var add = new AddOffsetsToTxnRequest
            {
                TransactionalId = transactionalId, ProducerId = identity.ProducerId, ProducerEpoch = identity.Epoch, GroupId = group,
            };
            if (!await PersistAsync("AddOffsetsToTxn", untilMs, async () => (ErrorCode)(await _coordinator.AskAsync<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse>(
                add, static r => (ErrorCode)r.ErrorCode)).ErrorCode))
            {
                return false;
            }
        }

        var request = RequestFor(identity, group, member, offsets);
        var coordinator = new GroupConnection(process, group);
        return await PersistAsync("TxnOffsetCommit", untilMs, async () => ErrorOf(await coordinator.AskAsync<TxnOffsetCommitRequest, TxnOffsetCommitResponse>(
            request, ErrorOf, versionMax: RaisesEpochs ? short.MaxValue : LastOffsetCommitWithoutAdding)));
    }

    /// <summary>Ends the transaction, asking until somebody says how it went.</summary>
    internal async Task<Ended> EndAsync(ProducerIdentity identity, bool isCommit, long untilMs)
    {
        var request = new EndTxnRequest
        {
            TransactionalId = transactionalId, ProducerId = identity.ProducerId, ProducerEpoch = identity.Epoch, Committed = isCommit,
        };
        var mayHaveActed = false;
        while (true)
        {
            var error = ErrorCode.NetworkException;
            try
            {
                var response = await _coordinator.AskAsync<EndTxnRequest, EndTxnResponse>(
                    request, static r => (ErrorCode)r.ErrorCode, versionMax: RaisesEpochs ? short.MaxValue : LastEndKeepingEpoch);
                error = (ErrorCode)response.ErrorCode;
                if (error == ErrorCode.None || ErrorReaction.EndsTransaction(error))
                {
                    return new Ended(error, mayHaveActed, response.ProducerId, response.ProducerEpoch);
                }

                // What could not be appended may yet be found by a start.
                mayHaveActed |= ErrorReaction.AsksForCoordinator(error);
            }
            catch (RequestLostException e)
            {
                mayHaveActed |= e.MayHaveActed;
            }

            if (!ErrorReaction.IsRetriable(error))
            {
                throw new ViolationException("expected-errors", $"EndTxn of {transactionalId} answers {error}");
            }

            if (process.Shard.MonotonicMs >= untilMs)
            {
                return new Ended(error, mayHaveActed, -1, -1);
            }

            await process.BackOffAsync();
        }
    }

    /// <summary>The committed offset, once no transaction is open that would change it; null when there was no time for that, or the client is too old to ask.</summary>
    internal async Task<long?> FetchOffsetAsync(string group, CommittedInTransaction offset, long untilMs)
    {
        if (process.VersionMaxOf(OffsetFetchRequest.Api) < FirstStableFetch)
        {
            return null;
        }

        var indexes = Seq<int>.Of(offset.Partition);
        var request = new OffsetFetchRequest { GroupId = group, RequireStable = true };
        request.Topics.Add(new OffsetFetchRequest.OffsetFetchRequestTopic { Name = offset.Topic, PartitionIndexes = indexes });
        var inGroup = new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = group };
        inGroup.Topics.Add(new OffsetFetchRequest.OffsetFetchRequestTopics { Name = offset.Topic, PartitionIndexes = indexes });
        request.Groups.Add(inGroup);
        var connection = new GroupConnection(process, group);
        long? found = null;
        var isFound = await PersistAsync("OffsetFetch", untilMs, async () =>
        {
            var response = await connection.AskAsync<OffsetFetchRequest, OffsetFetchResponse>(
                request, static r => ErrorOf(r, out _), versionMax: LastFetchByName);
            var error = ErrorOf(response, out var committed);
            found = committed;
            return error;
        });
        return isFound ? found : null;
    }

    private TxnOffsetCommitRequest RequestFor(
        ProducerIdentity identity, string group, GroupIdentity? member, IReadOnlyList<CommittedInTransaction> offsets)
    {
        var request = new TxnOffsetCommitRequest
        {
            TransactionalId = transactionalId, GroupId = group, ProducerId = identity.ProducerId, ProducerEpoch = identity.Epoch,
            MemberId = member?.MemberId ?? "", GenerationId = member?.Generation ?? -1, GroupInstanceId = member?.InstanceId,
        };
        foreach (var topic in offsets.GroupBy(offset => offset.Topic, StringComparer.Ordinal))
        {
            request.Topics.Add(new TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic
            {
                Name = topic.Key,
                Partitions = Seq<TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition>.Of(topic.Select(offset => new TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition
                {
                    PartitionIndex = offset.Partition, CommittedOffset = offset.Offset, CommittedMetadata = Text.Empty,
                })),
            });
        }

        return request;
    }

    private async Task<bool> PersistAsync(string what, long untilMs, Func<Task<ErrorCode>> ask)
    {
        while (true)
        {
            ErrorCode error;
            try
            {
                error = await ask();
            }
            catch (RequestLostException)
            {
                error = ErrorCode.NetworkException;
            }

            if (error == ErrorCode.None || ErrorReaction.EndsTransaction(error) || ErrorReaction.EndsMembership(error))
            {
                return error == ErrorCode.None;
            }

            if (!ErrorReaction.IsRetriable(error))
            {
                throw new ViolationException("expected-errors", $"{what} of {transactionalId} answers {error}");
            }

            if (process.Shard.MonotonicMs >= untilMs)
            {
                return false;
            }

            await process.BackOffAsync();
        }
    }

    private static ErrorCode ErrorOf(AddPartitionsToTxnResponse response)
    {
        foreach (ref var topic in response.ResultsByTopicV3AndBelow)
        {
            foreach (ref var partition in topic.ResultsByPartition)
            {
                if (partition.PartitionErrorCode is not ((short)ErrorCode.None or (short)ErrorCode.OperationNotAttempted))
                {
                    return (ErrorCode)partition.PartitionErrorCode;
                }
            }
        }

        return ErrorCode.None;
    }

    private static ErrorCode ErrorOf(TxnOffsetCommitResponse response)
    {
        foreach (ref var topic in response.Topics)
        {
            foreach (ref var partition in topic.Partitions)
            {
                if (partition.ErrorCode != 0)
                {
                    return (ErrorCode)partition.ErrorCode;
                }
            }
        }

        return ErrorCode.None;
    }

    private static ErrorCode ErrorOf(OffsetFetchResponse response, out long committed)
    {
        committed = -1;
        if (response.Groups.Count > 0)
        {
            var group = response.Groups[0];
            if (group.ErrorCode != 0 || group.Topics.Count == 0)
            {
                return (ErrorCode)group.ErrorCode;
            }

            committed = group.Topics[0].Partitions[0].CommittedOffset;
            return (ErrorCode)group.Topics[0].Partitions[0].ErrorCode;
        }

        if (response.ErrorCode != 0 || response.Topics.Count == 0)
        {
            return (ErrorCode)response.ErrorCode;
        }

        committed = response.Topics[0].Partitions[0].CommittedOffset;
        return (ErrorCode)response.Topics[0].Partitions[0].ErrorCode;
    }
}
