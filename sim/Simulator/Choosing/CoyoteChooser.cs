using Deterministic.Kernel;
using Microsoft.Coyote.Runtime;
using Microsoft.Coyote.Specifications;

namespace Deterministic.Simulator.Choosing;

/// <summary>
/// The chooser of an exploration: Coyote's strategy makes every choice, and may learn from the states that the run says it is in.
/// Owned by one run of a <see cref="Exploring.CoyoteExploration"/>, and used by its thread only.
/// </summary>
public sealed class CoyoteChooser : IChooser
{
    private readonly ICoyoteRuntime _runtime;
    private readonly List<int> _trace = [];
    private bool _isObserved;

    internal CoyoteChooser(ICoyoteRuntime runtime) => _runtime = runtime;

    /// <summary>The choices so far; a <see cref="TraceChooser"/> replays them.</summary>
    public IReadOnlyList<int> Trace => _trace;

    /// <inheritdoc/>
    public int Next(int bound, string tag)
    {
        var choice = _runtime.RandomInteger(bound);
        _trace.Add(choice);
        return choice;
    }

    /// <summary>
    /// From now on, before every choice, the run says by a hash which state it is in. Must be cheap, and the same for the same state
    /// in every process. <see cref="Exploring.Guidance.QLearning"/> says how finely it has to tell states apart.
    /// </summary>
    public void Observe(Func<int> stateHash)
    {
        Check.That(!_isObserved, $"a run says in one way which state it is in");
        _isObserved = true;
        Specification.RegisterStateHashingFunction(stateHash);
    }
}
