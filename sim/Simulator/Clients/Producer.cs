using Deterministic.Checking.Histories;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>
/// The producer of a client: idempotent or not, one operation at a time with several batches under way. Owned by its client
/// process. In the history it is one process a partition, since Kafka promises an order for each partition alone.
/// </summary>
internal sealed class Producer(ClientProcess process) : ISender
{
    private readonly Dictionary<LogKey, int> _historyProcesses = [];

    /// <inheritdoc/>
    public PlannedProducer Plan => process.Plan.Producer;

    /// <inheritdoc/>
    public ProducerIdentity? Identity { get; private set; }

    /// <inheritdoc/>
    public bool MustRenew { get; set; }

    /// <inheritdoc/>
    public string? TransactionalId => null;

    /// <inheritdoc/>
    public short ProduceVersionMax => short.MaxValue;

    /// <summary>Sends the batches and returns when it is decided what became of each.</summary>
    internal async Task SendAsync(SendOperation operation)
    {
        var untilMs = process.Shard.MonotonicMs + Plan.DeliveryTimeoutMs;
        await process.View.FindAsync(operation.Batches.Select(batch => batch.Topic));
        if (!await BecomeAsync(untilMs))
        {
            return;
        }

        var lanes = ProducerLane.Of(process, operation.Batches);
        foreach (var lane in lanes)
        {
            Begin(lane);
        }

        await new ProduceRound(process, this, lanes, untilMs).RunAsync();
        foreach (var lane in lanes)
        {
            Finish(lane);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> BecomeAsync(long untilMs)
    {
        if (!Plan.IsIdempotent || (Identity is not null && !MustRenew))
        {
            return true;
        }

        if (Identity is { } old && Plan.RaisesEpoch && old.Epoch < short.MaxValue)
        {
            Identity = new ProducerIdentity(old.ProducerId, (short)(old.Epoch + 1));
            MustRenew = false;
            return true;
        }

        while (await AskForIdAsync() is var error && error != ErrorCode.None)
        {
            if (process.Shard.MonotonicMs >= untilMs)
            {
                return false;
            }

            await process.BackOffAsync();
        }

        MustRenew = false;
        return true;
    }

    private async Task<ErrorCode> AskForIdAsync()
    {
        try
        {
            var connection = await process.AnyBrokerAsync([]);
            var request = new InitProducerIdRequest
            {
                TransactionalId = Text.Null, TransactionTimeoutMs = int.MaxValue,
                ProducerId = Identity?.ProducerId ?? -1, ProducerEpoch = Identity?.Epoch ?? -1,
            };
            var response = await connection.AskAsync<InitProducerIdRequest, InitProducerIdResponse>(request);
            var error = (ErrorCode)response.ErrorCode;
            if (error == ErrorCode.None)
            {
                process.Fleet.OnProducerId(response.ProducerId, response.ProducerEpoch);
                Identity = new ProducerIdentity(response.ProducerId, response.ProducerEpoch, Plan.FirstSequence);
            }
            else if (!ErrorReaction.IsRetriable(error))
            {
                throw new ViolationException("expected-errors", $"InitProducerId answers {error}");
            }

            return error;
        }
        catch (RequestLostException)
        {
            return ErrorCode.NetworkException;
        }
    }

    private void Begin(ProducerLane lane)
    {
        if (!lane.IsRecorded(process))
        {
            return;
        }

        if (!_historyProcesses.TryGetValue(lane.Key, out var historyProcess))
        {
            _historyProcesses.Add(lane.Key, historyProcess = process.Fleet.TakeHistoryProcess());
        }

        var acks = Plan.Acks == 1 && !process.Fleet.LeaderAcksAreDurable ? Acks.Leader : Acks.All;
        lane.Token = process.Fleet.History.Invoke(
            historyProcess, OpFunction.Send, lane.Sends, new ProducerTraits(Plan.IsIdempotent, acks));
    }

    private void Finish(ProducerLane lane)
    {
        if (lane.Token is not { } token)
        {
            return;
        }

        var worst = lane.Batches.Find(batch => batch.State != BatchState.Appended);
        if (worst is null && Plan.Acks != 0)
        {
            process.Fleet.History.Ok(token, lane.Sends);
            return;
        }

        var error = worst is null ? "NO_ACKNOWLEDGEMENT" : ErrorCodes.NameOf(worst.Error);
        if (lane.Batches.TrueForAll(batch => batch.State == BatchState.Refused))
        {
            process.Fleet.History.Fail(token, error, lane.Sends);
        }
        else
        {
            process.Fleet.History.Info(token, error, lane.Sends);
        }

        // From here on its producer goes on under another number: what is undecided may still happen, in any order.
        _historyProcesses.Remove(lane.Key);
    }

    private static Mop[] Sends(ProducerLane lane) => [.. lane.Batches.SelectMany(batch => batch.Sends(lane.Key))];
}
