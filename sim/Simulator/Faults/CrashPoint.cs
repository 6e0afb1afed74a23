using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Faults;

/// <summary>
/// A call of a port at which a process may be made to end, such as <c>write .log</c>, told apart by the phase of the process.
/// Owned by <see cref="CrashPoints"/>; ports keep the ones that they call often.
/// </summary>
public sealed class CrashPoint
{
    private static readonly ProcessPhase[] s_phases = Enum.GetValues<ProcessPhase>();
    private readonly string[] _ids;
    private readonly long[] _reached = new long[s_phases.Length];
    private readonly long[] _crashedBefore = new long[s_phases.Length];
    private readonly long[] _crashedAfter = new long[s_phases.Length];

    internal CrashPoint(string name) => _ids = Array.ConvertAll(s_phases, phase => $"{name} {phase.ToString().ToLowerInvariant()}");

    /// <summary>What was counted, for each phase in which it was reached.</summary>
    public IEnumerable<CrashPointCounts> Counts
    {
        get
        {
            for (var i = 0; i < s_phases.Length; i++)
            {
                if (_reached[i] > 0)
                {
                    yield return new CrashPointCounts(_ids[i], _reached[i], _crashedBefore[i], _crashedAfter[i]);
                }
            }
        }
    }

    internal string IdIn(ProcessPhase phase) => _ids[(int)phase];

    internal void OnReached(ProcessPhase phase) => _reached[(int)phase]++;

    internal void OnCrashed(ProcessPhase phase, bool isAfterEffect) => (isAfterEffect ? _crashedAfter : _crashedBefore)[(int)phase]++;
}
