namespace Deterministic.Simulator.Tests.Disks;

/// <summary>The names of a directory as simply as can be: every state since the one that is durable, oldest first.</summary>
internal sealed class ModelNames
{
    private readonly List<SortedDictionary<string, int>> _states = [new(StringComparer.Ordinal)];
    private readonly HashSet<int> _removed = [];

    public static string[] All { get; } = ["a", "b", "c", "d", "e", "f"];

    public SortedDictionary<string, int> Current => _states[^1];

    public bool Has(string name) => Current.ContainsKey(name);

    public void Make(string name, int id) => Change(names => names.Add(name, id));

    public void Delete(string name) => Change(names => Remove(names, name));

    public void Rename(string from, string to)
    {
        if (from != to)
        {
            Change(names =>
            {
                Remove(names, to);
                names.Remove(from, out var id);
                names.Add(to, id);
            });
        }
    }

    public void Sync()
    {
        _states.RemoveRange(0, _states.Count - 1);
        _removed.Clear();
    }

    /// <summary>Asserts that what was found may be left, and goes on from there.</summary>
    public void LosePower(SortedDictionary<string, int> found)
    {
        foreach (var name in All)
        {
            Assert.Contains(IdAt(found, name), _states.Select(state => IdAt(state, name)));
        }

        Assert.Distinct(found.Values);
        foreach (var id in _states[0].Values)
        {
            Assert.True(found.ContainsValue(id) || _removed.Contains(id), $"a rename lost {id}");
        }

        _states.Clear();
        _states.Add(found);
        _removed.Clear();
    }

    private static int IdAt(SortedDictionary<string, int> state, string name) => state.GetValueOrDefault(name);

    private void Remove(SortedDictionary<string, int> names, string name)
    {
        if (names.Remove(name, out var id))
        {
            _removed.Add(id);
        }
    }

    private void Change(Action<SortedDictionary<string, int>> change)
    {
        var next = new SortedDictionary<string, int>(Current, StringComparer.Ordinal);
        change(next);
        _states.Add(next);
    }
}
