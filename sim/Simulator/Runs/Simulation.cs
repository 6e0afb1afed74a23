using System.Globalization;
using Deterministic.Checking.Histories;
using Deterministic.Server.Replication;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Clients;
using Deterministic.Simulator.Disks;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Invariants;
using Deterministic.Simulator.Networks;
using Deterministic.Simulator.Picking;
using Deterministic.Simulator.Scenarios;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Runs;

/// <summary>
/// One run of a scenario, on the calling thread, from the first boot to the verdict:
/// the broker comes up; clients work while faults happen; everything heals and must converge within
/// <see cref="ConvergeMaxUs"/>; clients read everything; the broker stops in order; the history is judged.
/// </summary>
public sealed class Simulation : IDisposable
{
    /// <summary>World time within which a healed cluster must serve everything, in microseconds.</summary>
    public const long ConvergeMaxUs = 60_000_000;

    private const string BrokerName = "broker-1";
    private const int InspectEvery = 1_000;
    private const long FirstStartMaxUs = 60_000_000;
    private const long DoneMaxUs = 300_000_000;
    private const long RestUs = 5_000_000;
    private const long StopMaxUs = 60_000_000;

    private readonly Scenario _scenario;
    private readonly RunSettings _settings;
    private readonly World _world;
    private readonly SimBroker _broker;
    private readonly HistoryRecorder _history;
    private readonly ClientFleet _fleet;
    private readonly FaultDriver _faults;
    private readonly InvariantSet _invariants;
    private readonly MarkCounts _marks = new();
    private long _convergedAfterUs;

    private Simulation(Scenario scenario, IChooser chooser, RunSettings settings)
    {
        _scenario = scenario;
        _settings = settings;
        var choices = new Choices(chooser, settings.Trace);
        _world = new World(scenario.Seed, choices, scenario.Scheduler.PickerOf(choices)) { Log = settings.Log };
        var network = new SimNetwork(_world, new NetworkSettings());
        var disk = new SimDisk(_world, BrokerName);
        var node = _world.AddNode(BrokerName, (_, _) => disk, network.AddCard);
        node.RunCostUs = scenario.Scheduler.RunCostUs;
        node.WorkMax = scenario.Scheduler.WorkMax;
        _broker = new SimBroker(_world, node, scenario.Broker) { OnMark = _marks.Hit };
        var process = new ProcessFaults(_world, _broker);
        _faults = new FaultDriver(_world, [process, new ClockFaults(_world), new DiskFaultInjector(_world, disk, _broker, scenario.Faults), new NetworkFaultInjector(_world, network, BrokerName)]);
        _invariants = InvariantSet.All(_world);
        _invariants.MayHarm = scenario.Faults.MayHarm;
        _history = new HistoryRecorder(() => _world.NowUs * 1000);
        _fleet = new ClientFleet(
            _world,
            scenario.Workload,
            [new BrokerAddress(BrokerName, BrokerPlan.Port)],
            _history,
            name => _world.AddNode(name, (w, n) => new SimDisk(w, n), network.AddCard))
        {
            Promises = _invariants.Promises,
            MayForget = scenario.Faults.IsAllExpendable,
            ExpendableTopics = scenario.Faults.IsAllExpendable ? [.. scenario.Workload.Topics.Select(topic => topic.Name)] : scenario.Faults.ExpendableTopics,
            OffsetsMayExpire = scenario.Broker.Properties.ContainsKey("offsets.retention.minutes"),
            MessageBytesMax = scenario.Broker.MessageBytesMax,
            ProducersAreRemembered = !scenario.Broker.Properties.ContainsKey("producer.id.expiration.ms"),
        };
        _fleet.OnPromised = (topicId, partition, lastOffset) => _invariants.OnAcknowledged(_broker, new TopicIdPartition(topicId, partition), lastOffset);
        _fleet.OnCommitted = (group, topic, partition) => _invariants.OnCommitted(_broker, group, topic, partition);
        _fleet.HoldsFrom = (topicId, partition, offset) => _invariants.HoldsFrom(_broker, new TopicIdPartition(topicId, partition), offset);
        _fleet.OnAssigned = () => _invariants.OnAssigned(_broker);
        _invariants.OnGroupRemoved = _fleet.OnGroupRemoved;
        _broker.MayGiveUp = () => DiskFaultInjector.ExcusesGivingUp(_world.FaultCounts);
        _broker.OnState = state =>
        {
            process.OnState(state);
            if (state == BrokerState.Down)
            {
                _fleet.OnBrokerEnded();
            }

            _invariants.OnState(_broker, state);
        };
        _world.AfterStep = AfterStep;
    }

    /// <summary>Runs the scenario; what is chosen on the way comes from the chooser.</summary>
    public static RunResult Run(Scenario scenario, IChooser chooser, RunSettings settings)
    {
        // A broker's process has the invariant culture (InvariantGlobalization); whoever runs the simulation may have another.
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            using var simulation = new Simulation(scenario, chooser, settings);
            return simulation.Run();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>Runs a seed as bulk runs do.</summary>
    public static RunResult Run(ulong seed, RunSettings settings) => Run(ScenarioGenerator.Draw(seed), ScenarioGenerator.ChooserOf(seed), settings);

    /// <inheritdoc/>
    public void Dispose() => _fleet.Dispose();

    private RunResult Run()
    {
        Violation? violation = null;
        try
        {
            Live();
            violation = Judge();
        }
        catch (ViolationException e)
        {
            violation = new Violation(e.Invariant, e.Message, _world.NowUs, _world.Events);
        }

        return ResultOf(violation);
    }

    private void Live()
    {
        foreach (var order in _scenario.Faults.FirstStart)
        {
            _world.CrashPoints.Arm(order with { Node = BrokerName });
        }

        _broker.Start();
        Require("starts", "the broker does not come up", IsServing, FirstStartMaxUs);
        _faults.Start(_scenario.Faults);
        _fleet.Start();
        _world.RunUntil(() => _fleet.AllDone, _world.NowUs + _scenario.DurationUs);
        Heal();
        var healedAtUs = _world.NowUs;
        Require("liveness", "the broker does not serve after everything has healed", IsServing, ConvergeMaxUs);
        if (_broker.IsLame)
        {
            _broker.RestartIfLame();
            Require("liveness", "the broker does not serve after the last restart", IsServing, ConvergeMaxUs);
        }

        Require("liveness", "clients do not come to an end after everything has healed", () => _fleet.AllDone, DoneMaxUs);
        var reads = _fleet.StartFinalReads();
        Require("liveness", "clients cannot read everything after everything has healed", () => reads.IsDone, ConvergeMaxUs, () => $"; unread: {reads.Unread}");
        _convergedAfterUs = _world.NowUs - healedAtUs;
        Rest();
        _broker.StopForGood();
        Require("stops", "the broker does not stop", () => _broker.State == BrokerState.Down, StopMaxUs);
    }

    /// <summary>Where connections do not stay idle for long, waits until those that clients left behind are gone, and looks what else they left.</summary>
    private void Rest()
    {
        if (_scenario.Broker.Properties.TryGetValue("connections.max.idle.ms", out var idleMs))
        {
            _world.RunUntil(static () => false, _world.NowUs + (long.Parse(idleMs, CultureInfo.InvariantCulture) * 1000) + RestUs);
            _invariants.AtRest(_broker);
        }
        else
        {
            _world.RunUntil(static () => false, _world.NowUs + RestUs);
        }

        _invariants.AtEnd(_broker);
    }

    private bool IsServing() => _broker.State == BrokerState.Serving;

    private void Heal()
    {
        _faults.Heal();
        _world.Picker = new UniformPicker(0);
        if (_broker.State == BrokerState.Down)
        {
            _broker.StartSoon();
        }
    }

    private void Require(string invariant, string message, Func<bool> condition, long withinUs, Func<string>? details = null)
    {
        if (!_world.RunUntil(condition, _world.NowUs + withinUs))
        {
            throw new ViolationException(invariant, $"{message} within {withinUs / 1_000_000} s; the broker is {_broker.State}{details?.Invoke()}{OpenTransactions.Of(_broker)}");
        }
    }

    private void AfterStep()
    {
        if (_world.Current is ShardActor { Process: var process } actor && ReferenceEquals(process, _broker.Node.Process))
        {
            _broker.Observe();
            if (_broker.State == BrokerState.Serving)
            {
                _invariants.AfterStep(_broker, actor.Shard.Id.Value);
            }
        }
        else if (_broker.State != BrokerState.Down && _broker.Node.Process is null)
        {
            _broker.Observe();
        }

        if (_world.Events % InspectEvery == 0 && _broker.State == BrokerState.Serving)
        {
            _invariants.Inspect(_broker);
        }

        _settings.AfterStep?.Invoke(_world);
        if (_world.Events > _settings.EventsMax)
        {
            throw new ViolationException("ends", $"the run has not ended after {_settings.EventsMax} steps");
        }
    }

    private Violation? Judge()
    {
        return HistoryJudge.Judge(_history.ToHistory(), _fleet.CheckOptions(), _scenario.Faults) is var (invariant, message)
            ? new Violation(invariant, message, _world.NowUs, _world.Events)
            : null;
    }

    private RunResult ResultOf(Violation? violation) => new()
    {
        Scenario = _scenario,
        Violation = violation,
        Hash = _world.Hash.Value,
        HashPoints = _world.Hash.Points,
        Events = _world.Events,
        Choices = _world.Choices.Count,
        SimulatedUs = _world.NowUs,
        ConvergedAfterUs = _convergedAfterUs,
        Faults = _world.FaultCounts,
        CrashPoints = _world.CrashPoints,
        Marks = _marks.Counts,
        History = _history.ToHistory(),
    };
}
