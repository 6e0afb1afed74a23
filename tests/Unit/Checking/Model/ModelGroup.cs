using Deterministic.Checking.Histories;

namespace Deterministic.Checking.Tests.Model;

/// <summary>A consumer group that keeps every promise: one generation after the other, each log with one owner.</summary>
internal sealed class ModelGroup(string name, IReadOnlyList<ModelLog> logs)
{
    private readonly List<int> _members = [];

    public string Name { get; } = name;

    public int Generation { get; private set; }

    public Dictionary<LogKey, long> Committed { get; } = [];

    public void Join(int process)
    {
        _members.Add(process);
        Generation++;
    }

    public void Leave(int process)
    {
        if (_members.Remove(process))
        {
            Generation++;
        }
    }

    public IEnumerable<ModelLog> OwnedBy(int process) =>
        logs.Where((_, place) => _members.Count > 0 && _members[(place + Generation) % _members.Count] == process);
}
