namespace Deterministic.Simulator.Choosing;

/// <summary>
/// Replays a recorded list of choices. Past its end, and where a recorded choice is out of the bound that is asked for now
/// (the run was changed since), it answers 0: by convention of <see cref="Choices"/> the quiet choice.
/// </summary>
public sealed class TraceChooser(IReadOnlyList<int> trace) : IChooser
{
    private int _next;

    /// <inheritdoc/>
    public int Next(int bound, string tag)
    {
        var choice = _next < trace.Count ? trace[_next] : 0;
        _next++;
        return choice < bound ? choice : 0;
    }
}
