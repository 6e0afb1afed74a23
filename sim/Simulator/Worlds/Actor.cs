namespace Deterministic.Simulator.Worlds;

/// <summary>
/// Something that can be next in the world: a shard with work, or a queue of timed happenings (a link, a disk, the faults).
/// Owned by its <see cref="World"/>. To run late is always legal: machines are slow, links are too.
/// </summary>
public abstract class Actor(World world, string name)
{
    /// <summary>Nothing to do until something else happens.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Its name in logs, such as <c>broker/shard-1</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Its number in the world, in the order of making.</summary>
    public int Id { get; } = world.NextActorId();

    /// <summary>When it can run next, in microseconds of world time, or <see cref="Never"/>.</summary>
    public abstract long ReadyAtUs { get; }

    /// <summary>Where it stands among those that the world looks at; -1 when it is not among them.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>The world it acts in.</summary>
    protected World World { get; } = world;

    /// <summary>Does one thing.</summary>
    internal abstract void Run();
}
