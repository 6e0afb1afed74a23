using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Picking;

namespace Deterministic.Simulator.Worlds;

/// <summary>
/// Everything there is in one run: virtual time, the nodes and whoever else can act. One thread; <see cref="Step"/> lets one
/// actor do one thing, and when nothing is ready time jumps to when something is. Owned by one run.
/// </summary>
public sealed class World
{
    private const int LateMaxSlacks = 8;
    private const long LateMinUs = 50_000;

    private readonly List<Actor> _actors = [];
    private readonly List<Actor> _ready = [];
    private readonly List<SimNode> _nodes = [];
    private long[] _readyAt = [];
    private int _actorIds;

    /// <summary>An empty world at time 0. <paramref name="seed"/> is what processes draw their own chance from.</summary>
    public World(ulong seed, Choices choices, IPicker picker)
    {
        Seed = seed;
        Choices = choices;
        Picker = picker;
    }

    /// <summary>The seed of the processes' own chance.</summary>
    public ulong Seed { get; }

    /// <summary>The door to chance.</summary>
    public Choices Choices { get; }

    /// <summary>World time in microseconds.</summary>
    public long NowUs { get; private set; }

    /// <summary>Steps done.</summary>
    public long Events { get; private set; }

    /// <summary>The rolling hash over what happened when, to whom, by which choices.</summary>
    public RunHash Hash { get; } = new();

    /// <summary>What is being told while it happens, when somebody wants to read it; null in bulk runs.</summary>
    public EventLog? Log { get; init; }

    /// <summary>How often each fault took effect.</summary>
    public FaultCounts FaultCounts { get; } = new();

    /// <summary>The calls of ports at which processes can be made to end.</summary>
    public CrashPoints CrashPoints { get; } = new();

    /// <summary>The machines.</summary>
    public IReadOnlyList<SimNode> Nodes => _nodes;

    /// <summary>Who decides who is next.</summary>
    public IPicker Picker { get; set; }

    /// <summary>Who acts, or acted last.</summary>
    public Actor? Current { get; private set; }

    /// <summary>Called after every step; throws <see cref="ViolationException"/> when what it sees must not be.</summary>
    public Action? AfterStep { get; set; }

    /// <summary>The first thing that must never be; <see cref="Step"/> throws it.</summary>
    public ViolationException? Violation { get; private set; }

    /// <summary>Adds a machine.</summary>
    public SimNode AddNode(string name, Func<World, string, IDevice<IDisk>> disk, Func<World, string, IDevice<INetwork>> network)
    {
        var node = new SimNode(this, _nodes.Count, name, disk(this, name), network(this, name));
        _nodes.Add(node);
        return node;
    }

    /// <summary>Adds an actor that lets things happen at times.</summary>
    public Happenings AddHappenings(string name) => new(this, name);

    /// <summary>Tells the log, if there is one, and folds the fact into the hash. <paramref name="text"/> must not depend on anything but the run.</summary>
    public void Note(string who, string text)
    {
        Hash.Add(text);
        Log?.Add(NowUs, Events, who, text);
    }

    /// <summary>
    /// Something was seen that must never be. Does not throw: the code on the stack may be the broker's, which catches; the
    /// current step ends the run.
    /// </summary>
    public void Fail(string invariant, string message)
    {
        Log?.Add(NowUs, Events, "violation", $"{invariant}: {message}");
        Violation ??= new ViolationException(invariant, message);
    }

    /// <summary>Lets one actor do one thing. False when nothing will happen until <paramref name="untilUs"/>.</summary>
    public bool Step(long untilUs)
    {
        if (!FindReady(untilUs))
        {
            return false;
        }

        var actor = _ready[_ready.Count == 1 ? 0 : Picker.Pick(_ready, Choices)];
        Current = actor;
        NowUs = Math.Max(NowUs, actor.ReadyAtUs);
        Events++;
        Hash.Add(actor.Id, NowUs, Choices.Hash);
        Log?.OnStep(Events, NowUs, actor);
        actor.Run();
        AfterStep?.Invoke();
        return Violation is null ? true : throw Violation;
    }

    /// <summary>Steps until the condition holds (true), or <paramref name="untilUs"/> has passed or nothing can happen any more (false).</summary>
    public bool RunUntil(Func<bool> condition, long untilUs)
    {
        while (!condition())
        {
            if (!Step(untilUs))
            {
                NowUs = Math.Max(NowUs, untilUs);
                return condition();
            }
        }

        return true;
    }

    internal int NextActorId() => _actorIds++;

    internal void Add(Actor actor)
    {
        actor.Place = _actors.Count;
        _actors.Add(actor);
    }

    internal void Remove(Actor actor)
    {
        Check.That(actor.Place >= 0, $"{actor.Name} is not in this world");
        var last = _actors[^1];
        _actors[actor.Place] = last;
        last.Place = actor.Place;
        _actors.RemoveAt(_actors.Count - 1);
        actor.Place = -1;
    }

    /// <summary>Collects who may be next: everybody who is ready, or soon enough after the first that the picker may prefer him.</summary>
    private bool FindReady(long untilUs)
    {
        var first = Actor.Never;
        if (_readyAt.Length < _actors.Count)
        {
            _readyAt = new long[_actors.Count * 2];
        }

        for (var i = 0; i < _actors.Count; i++)
        {
            var at = _actors[i].ReadyAtUs;
            _readyAt[i] = at;
            first = Math.Min(first, at);
        }

        if (first == Actor.Never || first > untilUs)
        {
            return false;
        }

        _ready.Clear();
        // Whoever has waited long is next: to run late is legal, never to run is not.
        var horizon = NowUs - first > Math.Max(LateMinUs, LateMaxSlacks * Picker.SlackUs) ? first : Math.Max(first, NowUs) + Picker.SlackUs;
        for (var i = 0; i < _actors.Count; i++)
        {
            if (_readyAt[i] <= horizon)
            {
                _ready.Add(_actors[i]);
            }
        }

        return true;
    }
}
