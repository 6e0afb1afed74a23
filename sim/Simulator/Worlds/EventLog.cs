namespace Deterministic.Simulator.Worlds;

/// <summary>What happened in a run, line by line, for the reader of a failure. Made only for runs that somebody looks at.</summary>
public sealed class EventLog
{
    private readonly List<EventLogLine> _lines = [];

    /// <summary>The steps that are logged one by one, besides what is told; none by default.</summary>
    public (long First, long Last) DetailedSteps { get; init; } = (1, 0);

    /// <summary>In the order of happening.</summary>
    public IReadOnlyList<EventLogLine> Lines => _lines;

    internal void Add(long atUs, long step, string who, string text) => _lines.Add(new EventLogLine(atUs, step, who, text));

    internal void AddMessage(long atUs, long step, string from, long sentAtUs, string to, string text) =>
        _lines.Add(new EventLogLine(atUs, step, to, text) { From = from, SentAtUs = sentAtUs });

    internal void OnStep(long step, long atUs, Actor actor)
    {
        if (step >= DetailedSteps.First && step <= DetailedSteps.Last)
        {
            Add(atUs, step, actor.Name, "runs");
        }
    }
}
