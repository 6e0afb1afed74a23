using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>How a client process does each kind of operation. Owned by the process.</summary>
internal sealed class ClientConversations(SimulatedClient client, ClientProcess process)
{
    /// <summary>How long an administrator tries.</summary>
    private const int AdministrationTimeoutMs = 10_000;

    private readonly Producer _producer = new(process);
    private readonly Consumer _consumer = new(process);
    private readonly SortedDictionary<string, TransactionalProducer> _transactional = new(StringComparer.Ordinal);
    private readonly Administrator _administrator = new(process);
    private readonly Alterations _alterations = new(process);
    private readonly ReplicaMoves _moves = new(process);
    private readonly Inspector _inspector = new(process);
    private readonly HostileClient _hostile = new(process);
    private readonly Refusals _refusals = new(process);
    private readonly GroupAdministrator _groups = new(process);
    private readonly TelemetryReporter _telemetry = new(process);

    /// <summary>The client is done.</summary>
    internal Task CloseAsync() => _consumer.LeaveAsync();

    internal Task ExecuteAsync(PlannedOperation operation)
    {
        var untilMs = process.Shard.MonotonicMs + AdministrationTimeoutMs;
        switch (operation)
        {
            case CreateTopicOperation create:
                return _administrator.CreateAsync(process.Fleet.Workload.Topics[create.Topic], untilMs);
            case DeleteTopicOperation delete:
                return _administrator.DeleteAsync(process.Fleet.Workload.Topics[delete.Topic], untilMs);
            case AddPartitionsOperation add:
                return _alterations.AddPartitionsAsync(add, untilMs);
            case DeleteRecordsOperation trim:
                return _alterations.DeleteRecordsAsync(trim, untilMs);
            case MoveReplicaOperation move:
                return _moves.MoveAsync(move, untilMs);
            case AlterConfigOperation alter:
                return _alterations.AlterAsync(alter);
            case QuotaOperation quota:
                return process.Quotas.AlterAsync(quota);
            case SendOperation send:
                return _producer.SendAsync(send);
            case TransactOperation transact:
                return TransactionalProducerOf(transact.TransactionalId).TransactAsync(transact);
            case PipeOperation pipe:
                return new Pipeline(process, _consumer).PipeAsync(pipe, TransactionalProducerOf(pipe.TransactionalId));
            case AssignOperation assign:
                return _consumer.AssignAsync(assign);
            case SeekOperation seek:
                _consumer.Seek(seek);
                return Task.CompletedTask;
            case PollOperation poll:
                return _consumer.PollAsync(poll);
            case SubscribeOperation subscribe:
                return _consumer.SubscribeAsync(subscribe);
            case CommitOperation:
                return _consumer.CommitAsync();
            case StaleOperation:
                return _consumer.BeStaleAsync();
            case LeaveOperation:
                return _consumer.LeaveAsync();
            case PauseOperation pause:
                client.Pause(pause.ForMs);
                return process.DelayAsync(1);
            case CrashOperation crash:
                client.Crash(crash.LosesPower ? ProcessEnd.PowerLoss : ProcessEnd.Kill, crash.RestartMs);
                return Task.CompletedTask;
            case InspectOperation inspect:
                return _inspector.InspectAsync(inspect);
            case RefusedOperation refused:
                return _refusals.AskAsync(refused);
            case OwnGroupOperation own:
                return _groups.RunAsync(own);
            case TelemetryOperation telemetry:
                return _telemetry.ReportAsync(telemetry);
            case HostileOperation hostile:
                return _hostile.MisuseAsync(hostile);
            default:
                throw new ArgumentException($"{operation} is no operation of a client", nameof(operation));
        }
    }

    private TransactionalProducer TransactionalProducerOf(string transactionalId)
    {
        if (!_transactional.TryGetValue(transactionalId, out var producer))
        {
            _transactional.Add(transactionalId, producer = new TransactionalProducer(process, transactionalId));
        }

        return producer;
    }
}
