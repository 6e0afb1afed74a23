using Deterministic.Kernel;
using Deterministic.Server;
using Deterministic.Server.Configs;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Runs;

/// <summary>
/// A broker on a node, with what an operating system's supervisor does for it: starts it, starts it again when it ended, asks
/// it to stop. The broker is the product's <see cref="BrokerNode"/>, unchanged. Lives as long as the run; its processes come and go.
/// </summary>
public sealed class SimBroker
{
    /// <summary>How long a supervisor waits at least after a start that failed: what kept it from starting may take a while.</summary>
    private const long FailedStartRestartUs = 500_000;

    /// <summary>How soon a supervisor without faults starts it again, in microseconds.</summary>
    public const long QuickRestartUs = 200_000;

    /// <summary>No supervisor starts it again sooner, in microseconds.</summary>
    private const long RestartMinUs = 10_000;

    private readonly World _world;
    private readonly BrokerPlan _plan;
    private readonly Happenings _supervisor;
    private Task? _starting;
    private bool _isRetired;
    private Task<bool>? _stopping;

    /// <summary>A broker that is down.</summary>
    public SimBroker(World world, SimNode node, BrokerPlan plan)
    {
        _world = world;
        _plan = plan;
        Node = node;
        Shards = plan.Shards;
        _supervisor = world.AddHappenings($"{node.Name}/supervisor");
    }

    /// <summary>Its machine.</summary>
    public SimNode Node { get; }

    /// <summary>Where it is in its life.</summary>
    public BrokerState State { get; private set; } = BrokerState.Down;

    /// <summary>The broker of the process that runs, or null.</summary>
    public BrokerNode? Broker { get; private set; }

    /// <summary>Starts that came to serving.</summary>
    public int Starts { get; private set; }

    /// <summary>
    /// Whether a disk fault excuses that the broker gives up (a log directory failed, a start did not succeed). Asked when it does.
    /// </summary>
    public Func<bool> MayGiveUp { get; set; } = static () => false;

    /// <summary>Told at every change of <see cref="State"/>.</summary>
    public Action<BrokerState>? OnState { get; set; }

    /// <summary>Told of every mark that the broker hits.</summary>
    public Action<string>? OnMark { get; init; }

    /// <summary>How long the supervisor waits before it starts a process that ended by itself, in microseconds.</summary>
    public long RestartDelayUs { get; set; } = QuickRestartUs;

    /// <summary>Shards of the next process.</summary>
    public int Shards { get; set; }

    private long DelayAfterFailedStartUs => Math.Max(RestartDelayUs, FailedStartRestartUs);

    /// <summary>Boots a process and starts the broker in it.</summary>
    public void Start()
    {
        Check.That(State == BrokerState.Down, $"{Node.Name} is {State}");
        var process = Node.Boot(Shards);
        process.MayEndBy = _ => MayGiveUp();
        foreach (var shard in process.Shards)
        {
            shard.Marks = OnMark;
        }

        Broker = new BrokerNode(process.Shards, new BrokerNodeOptions
        {
            Config = BrokerConfig.Of(_plan.PropertiesOf(Node.Name)),
            Log = new WorldLogger(_world, Node.Name),
            ThreadClock = new ThreadClock(),
            OnFatal = e => GiveUp(process, e),
        });
        Become(BrokerState.Starting);
        _starting = Broker.StartAsync();
    }

    /// <summary>Asks a serving broker to stop; <paramref name="restartAfterUs"/> after its end it is started again.</summary>
    public void Stop(long restartAfterUs)
    {
        Check.That(State == BrokerState.Serving, $"{Node.Name} is {State}");
        RestartDelayUs = restartAfterUs;
        Become(BrokerState.Stopping);
        _stopping = Broker!.StopAsync();
    }

    /// <summary>The log directories that it has, that of the metadata first.</summary>
    public IReadOnlyList<string> LogDirectories => _plan.LogDirectories;

    /// <summary>Whether it serves without one of its log directories, or of the logs in them: only a restart takes that up again.</summary>
    public bool IsLame => State == BrokerState.Serving
        && Broker!.Shards.Any(shard => shard.UnusableDirectories.Count > 0 || shard.Directories.Any(directory => directory.IsOffline)
            || shard.Partitions.Values.Any(partition => partition.IsGone));

    /// <summary>An operator who has put the disk right restarts it.</summary>
    public void RestartIfLame()
    {
        if (IsLame)
        {
            Stop(QuickRestartUs);
        }
    }

    /// <summary>Somebody restarts it, if it is there to be restarted.</summary>
    public void RestartIfServing()
    {
        if (State == BrokerState.Serving)
        {
            Stop(QuickRestartUs);
        }
    }

    /// <summary>Asks a serving broker to stop, and does not start it again.</summary>
    public void StopForGood()
    {
        _isRetired = true;
        Stop(QuickRestartUs);
    }

    /// <summary>A broker that is down and waits for its restart is started at once.</summary>
    public void StartSoon() => _supervisor.After(0, MaybeStart);

    /// <summary>Ends the process wherever it is and starts another one after a while.</summary>
    public void Crash(ProcessEnd end, long restartAfterUs)
    {
        if (State == BrokerState.Down)
        {
            return;
        }

        Node.End(end);
        OnEnded(restartAfterUs);
    }

    /// <summary>Looks whether a start or stop has come to its end, or a process ended under a crash point. Called after every step.</summary>
    public void Observe()
    {
        if (State == BrokerState.Down)
        {
            return;
        }

        if (Node.Process is null)
        {
            OnEnded(State == BrokerState.Starting ? DelayAfterFailedStartUs : RestartDelayUs);
        }
        else if (_starting is { IsCompleted: true } starting)
        {
            _starting = null;
            OnStarted(starting);
        }
        else if (_stopping is { IsCompleted: true } stopping)
        {
            _stopping = null;
            OnStopped(stopping);
        }
    }

    private void OnStarted(Task starting)
    {
        if (starting.Exception?.InnerException is { } error)
        {
            _world.Note(Node.Name, $"start failed: {error.Message}");
            if (!MayGiveUp())
            {
                _world.Fail("starts", $"{Node.Name} could not start and no fault explains it: {error}");
            }

            Crash(ProcessEnd.Exit, DelayAfterFailedStartUs);
            return;
        }

        Starts++;
        Become(BrokerState.Serving);
    }

    private void OnStopped(Task<bool> stopping)
    {
        if (stopping.Exception?.InnerException is { } error && !MayGiveUp())
        {
            _world.Fail("stops", $"{Node.Name} failed while stopping and no fault explains it: {error}");
        }

        Crash(ProcessEnd.Exit, RestartDelayUs);
    }

    private void GiveUp(SimProcess process, Exception error)
    {
        if (!process.IsAlive)
        {
            return;
        }

        _world.Note(Node.Name, $"gives up: {error.Message}");
        if (!MayGiveUp())
        {
            _world.Fail("no-crash", $"{Node.Name} gave up and no fault explains it: {error}");
        }

        Node.End(ProcessEnd.Kill);
        process.CheckAlive();
    }

    private void OnEnded(long restartAfterUs)
    {
        Broker = null;
        _starting = null;
        _stopping = null;
        Become(BrokerState.Down);
        _supervisor.After(Math.Max(RestartMinUs, restartAfterUs), MaybeStart);
    }

    private void MaybeStart()
    {
        if (State == BrokerState.Down && !_isRetired)
        {
            Start();
        }
    }

    private void Become(BrokerState state)
    {
        State = state;
        Node.Process?.Phase = state switch
        {
            BrokerState.Serving => ProcessPhase.Serving,
            BrokerState.Stopping => ProcessPhase.Stopping,
            _ => ProcessPhase.Starting,
        };
        _world.Note(Node.Name, state switch
        {
            BrokerState.Down => "down",
            BrokerState.Starting => "starting",
            BrokerState.Serving => "serving",
            _ => "stopping",
        });
        OnState?.Invoke(state);
    }
}
