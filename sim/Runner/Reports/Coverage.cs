using Deterministic.Runner.Running;
using Deterministic.Simulator.Faults;

namespace Deterministic.Runner.Reports;

/// <summary>What a batch of seeds reached: marks, crash points, faults, and how fast. Lives for one batch, on the thread that handles outcomes.</summary>
internal sealed class Coverage
{
    private readonly SortedDictionary<string, long> _marks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, CrashPointCounts> _crashPoints = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _violations = new(StringComparer.Ordinal);
    private readonly long[] _faults = new long[Enum.GetValues<FaultKind>().Length];

    /// <summary>How often each mark was hit.</summary>
    public IReadOnlyDictionary<string, long> Marks => _marks;

    /// <summary>How often each crash point was reached and crashed at, by its id.</summary>
    public IReadOnlyDictionary<string, CrashPointCounts> CrashPoints => _crashPoints;

    /// <summary>How many seeds violated what.</summary>
    public IReadOnlyDictionary<string, long> Violations => _violations;

    /// <summary>How often each kind of fault took effect, by its number.</summary>
    public IReadOnlyList<long> Faults => _faults;

    /// <summary>The first seed.</summary>
    public ulong FirstSeed { get; private set; }

    /// <summary>The last seed.</summary>
    public ulong LastSeed { get; private set; }

    /// <summary>Behind each seed, how many different marks had been hit.</summary>
    public List<double> MarksSoFar { get; } = [];

    /// <summary>Behind each seed, at how many different crash points a process had ended.</summary>
    public List<double> CrashPointsSoFar { get; } = [];

    /// <summary>Steps a second of each seed.</summary>
    public List<double> EventsPerSecond { get; } = [];

    /// <summary>World time that each seed which came to that needed to converge after the heal, in seconds.</summary>
    public List<double> ConvergenceSeconds { get; } = [];

    /// <summary>Crash points at which a process ended, before or after the effect.</summary>
    public int CrashedAt => _crashPoints.Values.Count(point => point.CrashedBefore + point.CrashedAfter > 0);

    /// <summary>One more seed.</summary>
    public void Add(SeedOutcome outcome)
    {
        FirstSeed = MarksSoFar.Count == 0 ? outcome.Seed : FirstSeed;
        LastSeed = outcome.Seed;
        if (outcome.Result is { } result)
        {
            AddFaults(result.Faults);
            AddPoints(result.CrashPoints.Counts);
            foreach (var (mark, hits) in result.Marks)
            {
                _marks[mark] = _marks.GetValueOrDefault(mark) + hits;
            }

            EventsPerSecond.Add(result.Events / Math.Max(1e-6, outcome.Wall.TotalSeconds));
            if (result.ConvergedAfterUs > 0)
            {
                ConvergenceSeconds.Add(result.ConvergedAfterUs / 1e6);
            }
        }

        var said = outcome.Verdict == Verdict.Error ? "(error of the simulator)" : outcome.Violation?.Invariant;
        if (said is not null)
        {
            _violations[said] = _violations.GetValueOrDefault(said) + 1;
        }

        MarksSoFar.Add(_marks.Count);
        CrashPointsSoFar.Add(CrashedAt);
    }

    private void AddFaults(FaultCounts faults)
    {
        for (var kind = 0; kind < _faults.Length; kind++)
        {
            _faults[kind] += faults[(FaultKind)kind];
        }
    }

    private void AddPoints(IEnumerable<CrashPointCounts> points)
    {
        foreach (var point in points)
        {
            var sum = _crashPoints.GetValueOrDefault(point.Id);
            _crashPoints[point.Id] = new CrashPointCounts(
                point.Id, sum.Reached + point.Reached, sum.CrashedBefore + point.CrashedBefore, sum.CrashedAfter + point.CrashedAfter);
        }
    }
}
