using Deterministic.Simulator.Runs;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// Something that must hold at all times and that only an omniscient observer can check. One class each; made anew for every
/// run, told of everything in order. Says what is wrong through <see cref="Worlds.World.Fail"/>.
/// <para>It remembers what it needs of earlier lives of a broker: that is the point.</para>
/// </summary>
public interface IInvariant
{
    /// <summary>Its name in verdicts, such as <c>high-watermark-monotonic</c>.</summary>
    string Name { get; }

    /// <summary>After a step in which a shard of this serving broker ran. Must be cheap: it is called for every event.</summary>
    void AfterStep(SimBroker broker, int shard);

    /// <summary>Now and then, at chosen moments between two steps, while the broker serves: may compare whole logs.</summary>
    void Inspect(SimBroker broker);

    /// <summary>The broker went down, up or is about to stop.</summary>
    void OnState(SimBroker broker, BrokerState state);
}
