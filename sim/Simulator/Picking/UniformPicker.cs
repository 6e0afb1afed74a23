using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Picking;

/// <summary>All that are ready are equally likely.</summary>
public sealed class UniformPicker(long slackUs) : IPicker
{
    /// <inheritdoc/>
    public long SlackUs => slackUs;

    /// <inheritdoc/>
    public int Pick(IReadOnlyList<Actor> ready, Choices choices) => choices.Next(ready.Count, "picker.uniform");
}
