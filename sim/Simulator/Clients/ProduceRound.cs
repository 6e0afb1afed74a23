using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>The batches of one operation on their way: sends, sends again, gives up. Lives for the operation.</summary>
internal sealed class ProduceRound(ClientProcess process, ISender producer, IReadOnlyList<ProducerLane> lanes, long untilMs)
{
    /// <summary>From here on a request names topics by their ids.</summary>
    internal const short FirstVersionWithIds = 13;

    private readonly AsyncSignal _signal = new(process.Shard);
    private readonly SortedDictionary<int, int> _inFlight = [];
    private bool _isRefreshing;

    private short Acks => producer.TransactionalId is null ? producer.Plan.Acks : (short)-1;

    private bool IsIdempotent => producer.Plan.IsIdempotent || producer.TransactionalId is not null;

    /// <summary>Returns when every batch is appended, refused or given up.</summary>
    internal async Task RunAsync()
    {
        while (true)
        {
            if (process.Shard.MonotonicMs >= untilMs)
            {
                GiveUp();
            }

            if (lanes.All(lane => lane.Batches.TrueForAll(batch => batch.IsFinished)))
            {
                return;
            }

            if (producer.MustRenew)
            {
                if (_inFlight.Values.All(count => count == 0))
                {
                    await RenewAsync();
                }
            }
            else
            {
                Dispatch();
            }

            await _signal.WaitAsync(NextWakeMs());
        }
    }

    /// <summary>
    /// The chain of sequences broke. Whatever may stand in a log under the old identity must not be sent under a new one:
    /// it is given up as unknown. The rest starts anew from sequence 0.
    /// </summary>
    private async Task RenewAsync()
    {
        var unfinished = lanes.SelectMany(lane => lane.Batches).Where(batch => !batch.IsFinished).ToList();
        foreach (var batch in unfinished)
        {
            batch.State = batch.MayStand ? BatchState.Unknown : BatchState.Waiting;
            batch.Sequence = -1;
            batch.Bytes = null;
            batch.Attempts = 0;
        }

        if (unfinished.Exists(batch => !batch.IsFinished))
        {
            if (!await producer.BecomeAsync(untilMs) && producer.TransactionalId is not null)
            {
                GiveUp();
            }

            _signal.Set();
        }
    }

    private void GiveUp()
    {
        foreach (var lane in lanes)
        {
            foreach (var batch in lane.Batches.Where(batch => !batch.IsFinished))
            {
                batch.Error = batch.Error == ErrorCode.None ? ErrorCode.RequestTimedOut : batch.Error;
                batch.MayStand |= batch.State == BatchState.InFlight;
                Refuse(lane, batch);
            }
        }
    }

    /// <summary>It is not sent again. Its sequences are taken by the next batch if that leaves no gap; else a new identity is needed.</summary>
    private void Refuse(ProducerLane lane, ProducerBatch batch)
    {
        batch.Refuse();
        if (batch.Sequence < 0)
        {
            return;
        }

        var isLast = lane.Batches.SkipWhile(other => other != batch).Skip(1).All(other => other.Sequence < 0);
        if (isLast && batch.State == BatchState.Refused && producer.Identity is { } identity)
        {
            identity.GiveBack(lane.Key, batch.Sequence);
        }
        else
        {
            producer.MustRenew = IsIdempotent;
        }
    }

    private void Dispatch()
    {
        for (var any = true; any;)
        {
            any = false;
            var requests = new SortedDictionary<int, List<(ProducerLane Lane, ProducerBatch Batch)>>();
            foreach (var lane in lanes)
            {
                if (lane.Next(process.Shard.MonotonicMs) is { } batch && LeaderOf(lane) is var leader and >= 0
                    && _inFlight.GetValueOrDefault(leader) < producer.Plan.InFlightMax)
                {
                    if (!requests.TryGetValue(leader, out var list))
                    {
                        requests.Add(leader, list = []);
                    }

                    list.Add((lane, batch));
                }
            }

            foreach (var (leader, batches) in requests)
            {
                any = true;
                Send(leader, batches);
            }
        }
    }

    private int LeaderOf(ProducerLane lane)
    {
        var topic = process.View.Find(lane.Topic);
        if (topic is not null && lane.Partition < topic.Partitions.Count && topic.Partitions[lane.Partition].Leader >= 0)
        {
            return topic.Partitions[lane.Partition].Leader;
        }

        Refresh();
        return -1;
    }

    private void Refresh()
    {
        if (!_isRefreshing)
        {
            _isRefreshing = true;
            process.Run(RefreshAsync);
        }
    }

    private async Task RefreshAsync()
    {
        await process.BackOffAsync();
        await process.View.RefreshAsync();
        _isRefreshing = false;
        _signal.Set();
    }

    private void Send(int leader, List<(ProducerLane Lane, ProducerBatch Batch)> batches)
    {
        _inFlight[leader] = _inFlight.GetValueOrDefault(leader) + 1;
        foreach (var (lane, batch) in batches)
        {
            batch.State = BatchState.InFlight;
            batch.Attempts++;
            if (batch.Sequence < 0 && producer.Identity is { } identity)
            {
                batch.Sequence = identity.Take(lane.Key, batch.Plan.Records.Count);
            }
        }

        process.Run(() => ExchangeAsync(leader, batches));
    }

    private async Task ExchangeAsync(int leader, List<(ProducerLane Lane, ProducerBatch Batch)> batches)
    {
        try
        {
            var connection = await process.ToNodeAsync(leader);
            if (batches.TrueForAll(static item => item.Batch.IsFinished))
            {
                // Given up while the connection was made; the producer may be another one by now.
                return;
            }

            var knowsIds = batches.TrueForAll(item => !item.Lane.TopicId.IsZero);
            var versionMax = knowsIds ? short.MaxValue : (short)(FirstVersionWithIds - 1);
            var version = connection.VersionOf(ProduceRequest.Api, Math.Min(versionMax, producer.ProduceVersionMax));
            var request = RequestOf(batches, version);
            if (request.Acks == 0)
            {
                connection.Tell(request, version);
                batches.ForEach(item => item.Batch.State = BatchState.Appended);
                return;
            }

            if (producer.Plan.AsksTwice && process.Fleet.ProducersAreRemembered && batches.TrueForAll(static item => item.Lane.IsFirst(item.Batch)))
            {
                batches.ForEach(item => item.Batch.MayStand = true);
                process.Run(() => new RepeatedProduce(process, batches).AskAsync(connection.Address, RequestOf(batches, version), version));
            }

            var response = await connection.AskAsync<ProduceRequest, ProduceResponse>(request, version, process.Plan.RequestTimeoutMs);
            process.Succeeded();
            Take(response, version, batches);
        }
        catch (RequestLostException e)
        {
            foreach (var (_, batch) in batches)
            {
                batch.MayStand |= e.MayHaveActed;
                Again(batch, ErrorCode.NetworkException);
            }

            Refresh();
        }
        finally
        {
            _inFlight[leader]--;
            _signal.Set();
        }
    }

    private ProduceRequest RequestOf(List<(ProducerLane Lane, ProducerBatch Batch)> batches, short version)
    {
        var request = new ProduceRequest
        {
            Acks = Acks,
            TimeoutMs = process.Plan.RequestTimeoutMs,
            TransactionalId = producer.TransactionalId,
        };
        foreach (var topic in batches.GroupBy(item => item.Lane.TopicNumber))
        {
            var data = new ProduceRequest.TopicProduceData { Name = topic.First().Lane.Topic, TopicId = topic.First().Lane.TopicId };
            foreach (var (lane, batch) in topic)
            {
                batch.Bytes ??= ProducedBytes.Of(process.Fleet.BatchBuilder, producer, lane, batch, version);
                var isDamaged = batch.Plan.IsDamagedAtFirst && batch.Attempts == 1 && lane.Batches[^1] == batch; // Else the next one may overtake it.
                var bytes = isDamaged ? ProducedBytes.Damaged(batch.Bytes) : batch.Bytes;
                data.PartitionData.Add(new ProduceRequest.PartitionProduceData { Index = lane.Partition, Records = new RecordData(bytes) });
            }

            request.TopicData.Add(data);
        }

        return request;
    }

    private void Take(in ProduceResponse response, short version, List<(ProducerLane Lane, ProducerBatch Batch)> batches)
    {
        var answers = 0;
        foreach (ref var topic in response.Responses)
        {
            foreach (ref var partition in topic.PartitionResponses)
            {
                var index = partition.Index;
                var (name, id) = (topic.Name.ToString(), topic.TopicId);
                var item = batches.Find(item => item.Lane.Partition == index
                    && (version >= FirstVersionWithIds ? item.Lane.TopicId == id : item.Lane.Topic == name));
                if (item.Lane is null)
                {
                    throw new ViolationException("answers-what-was-asked", $"Produce answers for {name}{id}-{index}, which was not asked");
                }

                answers++;
                Take(partition, item.Lane, item.Batch);
            }
        }

        if (answers != batches.Count)
        {
            throw new ViolationException("answers-what-was-asked", $"Produce answers for {answers} of {batches.Count} partitions");
        }
    }

    private void Take(in ProduceResponse.PartitionProduceResponse answer, ProducerLane lane, ProducerBatch batch)
    {
        var error = (ErrorCode)answer.ErrorCode;
        if (batch.IsFinished)
        {
            // Given up while the request was under way; what the answer says comes too late for the history's op.
            return;
        }

        batch.MayStand |= ErrorReaction.MayHaveAppended(error);
        switch (error)
        {
            case ErrorCode.None:
                batch.State = BatchState.Appended;
                batch.BaseOffset = answer.BaseOffset;
                process.Fleet.OnAppended(lane, batch, Acks);
                break;
            case ErrorCode.DuplicateSequenceNumber:
                batch.State = BatchState.Appended;
                break;
            case ErrorCode.OutOfOrderSequenceNumber when IsIdempotent:
                var isNext = lane.Batches.TakeWhile(other => other != batch).All(other => other.State == BatchState.Appended);
                process.Fleet.OnOutOfOrder(lane, batch, isNext, lane.IsByName(process));
                producer.MustRenew |= isNext;
                Again(batch, error);
                break;
            case ErrorCode.UnknownProducerId when IsIdempotent:
                producer.MustRenew = true;
                Again(batch, error);
                break;
            case ErrorCode.InvalidProducerEpoch:
                batch.Error = error;
                Refuse(lane, batch);
                producer.MustRenew = IsIdempotent;
                break;
            default:
                TakeError(error, lane, batch);
                break;
        }
    }

    private void TakeError(ErrorCode error, ProducerLane lane, ProducerBatch batch)
    {
        if (ErrorReaction.AsksForMetadata(error))
        {
            process.View.Forget(lane.Topic);
        }

        if (ErrorReaction.IsRetriable(error))
        {
            Again(batch, error);
            return;
        }

        batch.Error = error;
        if (producer.TransactionalId is not null && ErrorReaction.EndsTransaction(error))
        {
            producer.MustRenew = true;
            Refuse(lane, batch);
            return;
        }

        process.Fleet.OnRefused(error, lane, batch);
        Refuse(lane, batch);
    }

    private void Again(ProducerBatch batch, ErrorCode error)
    {
        if (batch.IsFinished)
        {
            return;
        }

        batch.State = BatchState.Waiting;
        batch.Error = error;
        batch.NotBeforeMs = process.Shard.MonotonicMs + 20 + process.Shard.Random.Next(50);
    }

    private long NextWakeMs()
    {
        var wakeMs = untilMs;
        foreach (var lane in lanes)
        {
            foreach (var batch in lane.Batches)
            {
                if (batch.State == BatchState.Waiting && batch.NotBeforeMs > process.Shard.MonotonicMs)
                {
                    wakeMs = Math.Min(wakeMs, batch.NotBeforeMs);
                }
            }
        }

        return wakeMs;
    }
}
