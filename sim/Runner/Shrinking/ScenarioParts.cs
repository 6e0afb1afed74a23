using System.Globalization;
using System.Text.Json.Nodes;
using Deterministic.Simulator.Scenarios;

namespace Deterministic.Runner.Shrinking;

/// <summary>
/// The parts of a scenario that can be left out, by their JSON pointers. A scenario is data, so what can be left out follows
/// from its shape: elements of lists, and members that have a default. What makes no sense any more does not parse or does
/// not fail, and is turned down for that.
/// </summary>
internal static class ScenarioParts
{
    /// <summary>The planned faults.</summary>
    public const string Faults = "/Faults/Faults";

    /// <summary>What clients do.</summary>
    public const string Workload = "/Workload";

    /// <summary>What the brokers are.</summary>
    public const string Broker = "/Broker";

    /// <summary>Who is next.</summary>
    public const string Scheduler = "/Scheduler";

    /// <summary>The scenario as a tree.</summary>
    public static JsonNode TreeOf(Scenario scenario) => JsonNode.Parse(scenario.ToJson())!;

    /// <summary>Elements of lists below <paramref name="root"/> that stand within <paramref name="depth"/> other lists.</summary>
    public static IReadOnlyList<string> Elements(JsonNode tree, string root, int depth)
    {
        var found = new List<string>();
        if (Find(tree, root) is { } start)
        {
            CollectElements(start, root, depth, found);
        }

        return found;
    }

    /// <summary>Members of objects anywhere below <paramref name="root"/>.</summary>
    public static IReadOnlyList<string> Members(JsonNode tree, string root)
    {
        var found = new List<string>();
        if (Find(tree, root) is { } start)
        {
            CollectMembers(start, root, found);
        }

        return found;
    }

    /// <summary>The scenario without the parts, or null when that is none. The parts are given in the order of the document and none is within another.</summary>
    public static Scenario? Without(JsonNode tree, IReadOnlyList<string> parts)
    {
        var copy = tree.DeepClone();
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            Remove(copy, parts[i]);
        }

        try
        {
            return Scenario.Parse(copy.ToJsonString());
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static void CollectElements(JsonNode node, string path, int depth, List<string> found)
    {
        if (node is JsonArray array && depth == 0)
        {
            found.AddRange(Enumerable.Range(0, array.Count).Select(i => Child(path, i)));
            return;
        }

        foreach (var (child, childPath) in ChildrenOf(node, path))
        {
            CollectElements(child, childPath, node is JsonArray ? depth - 1 : depth, found);
        }
    }

    private static void CollectMembers(JsonNode node, string path, List<string> found)
    {
        foreach (var (child, childPath) in ChildrenOf(node, path))
        {
            if (child is JsonValue && node is JsonObject)
            {
                found.Add(childPath);
            }
            else
            {
                CollectMembers(child, childPath, found);
            }
        }
    }

    private static IEnumerable<(JsonNode Node, string Path)> ChildrenOf(JsonNode node, string path) => node switch
    {
        JsonArray array => array.Select((child, i) => (child!, Child(path, i))).Where(child => child.Item1 is not null),
        JsonObject members => members.Where(member => member.Value is not null).Select(member => (member.Value!, $"{path}/{Escape(member.Key)}")),
        _ => [],
    };

    private static string Child(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");

    private static void Remove(JsonNode tree, string path)
    {
        var slash = path.LastIndexOf('/');
        var name = Unescape(path[(slash + 1)..]);
        switch (Find(tree, path[..slash]))
        {
            case JsonArray array:
                array.RemoveAt(int.Parse(name, CultureInfo.InvariantCulture));
                break;
            case JsonObject members:
                members.Remove(name);
                break;
        }
    }

    private static JsonNode? Find(JsonNode tree, string path)
    {
        JsonNode? node = tree;
        foreach (var name in path.Split('/').Skip(1).Select(Unescape))
        {
            node = node switch
            {
                JsonArray array => array[int.Parse(name, CultureInfo.InvariantCulture)],
                JsonObject members => members[name],
                _ => null,
            };
        }

        return node;
    }

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static string Unescape(string name) => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
