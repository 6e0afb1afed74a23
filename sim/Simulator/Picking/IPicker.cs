using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Picking;

/// <summary>Decides which of the actors that could be next is next. Owned by one run.</summary>
public interface IPicker
{
    /// <summary>
    /// How far an actor may run ahead of another that is ready earlier, in microseconds: 0 keeps the order of time, more lets
    /// the picker delay whom it likes.
    /// </summary>
    long SlackUs { get; }

    /// <summary>The position in <paramref name="ready"/> (never empty, in an order that the run decides) of the actor to run.</summary>
    int Pick(IReadOnlyList<Actor> ready, Choices choices);
}
