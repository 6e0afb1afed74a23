using Deterministic.Simulator.Choosing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Picking;

/// <summary>
/// Probabilistic concurrency testing: every shard and link has a priority and the highest that is ready runs, save that at a
/// few change points, chosen up front as numbers of steps, the one that would run falls to the lowest. Finds orderings
/// that need one side to be far ahead of the other, which a uniform walk evens out.
/// </summary>
public sealed class PriorityPicker : IPicker
{
    private readonly Dictionary<int, int> _priorities = [];
    private readonly SortedSet<long> _changePoints = [];
    private long _steps;
    private int _lowest;

    /// <summary>A picker with <paramref name="changes"/> change points within the first <paramref name="steps"/> steps.</summary>
    public PriorityPicker(long slackUs, int changes, int steps, Choices choices)
    {
        SlackUs = slackUs;
        for (var i = 0; i < changes; i++)
        {
            _changePoints.Add(choices.Next(steps, "picker.change-point"));
        }
    }

    /// <inheritdoc/>
    public long SlackUs { get; }

    /// <inheritdoc/>
    public int Pick(IReadOnlyList<Actor> ready, Choices choices)
    {
        var best = Highest(ready, choices);
        if (_changePoints.Remove(_steps++))
        {
            _priorities[ready[best].Id] = --_lowest;
            best = Highest(ready, choices);
        }

        return best;
    }

    private int Highest(IReadOnlyList<Actor> ready, Choices choices)
    {
        var best = 0;
        var highest = int.MinValue;
        for (var i = 0; i < ready.Count; i++)
        {
            if (!_priorities.TryGetValue(ready[i].Id, out var priority))
            {
                priority = choices.Next(1 << 20, "picker.priority");
                _priorities.Add(ready[i].Id, priority);
            }

            if (priority > highest)
            {
                highest = priority;
                best = i;
            }
        }

        return best;
    }
}
