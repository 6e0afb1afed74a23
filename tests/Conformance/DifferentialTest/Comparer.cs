using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>
/// Compares two answers field by field under the rules, and remembers which of Kafka's ids stands for which of ours. Lives for
/// a run: ids are known from one answer to the next.
/// </summary>
public sealed class Comparer(IReadOnlyList<Rule> rules)
{
    private const int IdLengthMin = 12;

    private static readonly HashSet<string> s_answers = new(["errorCode", "errorMessage", "host", "port"], StringComparer.Ordinal);

    private readonly Dictionary<string, string> _inTexts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ours = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _theirs = new(StringComparer.Ordinal);

    /// <summary>What differs between two answers to a request of that API.</summary>
    public IReadOnlyList<Difference> Compare(string api, JsonNode? theirs, JsonNode? ours)
    {
        var found = new List<Difference>();
        Compare(api, "", theirs, ours, found);
        return found;
    }

    private static string Say(JsonNode? node) => node is null ? "null" : node is JsonValue ? node.ToString() : node.ToJsonString();

    private void Compare(string api, string path, JsonNode? theirs, JsonNode? ours, List<Difference> found)
    {
        var rule = rules.FirstOrDefault(rule => rule.Kind != "set" && rule.Path.IsMatch(path) && rule.Api.IsMatch(api));
        if (rule is { Kind: "ignore" } && theirs is null == ours is null)
        {
            return;
        }

        switch (theirs, ours)
        {
            case (JsonObject them, JsonObject us):
                foreach (var name in them.Select(pair => pair.Key).Union(us.Select(pair => pair.Key)).ToList())
                {
                    CompareField(api, path.Length == 0 ? name : $"{path}.{name}", them, us, name, found);
                }

                break;
            case (JsonArray them, JsonArray us):
                CompareArrays(api, path + "[]", them, us, found);
                break;
            default:
                if (!AreEqual(rule is { Kind: "same" } ? SpaceOf(path) : null, Say(theirs), Say(ours)))
                {
                    found.Add(new Difference(path, Say(theirs), Say(ours)));
                }

                break;
        }
    }

    private void CompareField(string api, string path, JsonObject theirs, JsonObject ours, string name, List<Difference> found)
    {
        if (theirs.ContainsKey(name) && ours.ContainsKey(name))
        {
            Compare(api, path, theirs[name], ours[name], found);
        }
        else if (!rules.Any(rule => rule.Kind == "absent" && rule.Path.IsMatch(path) && rule.Api.IsMatch(api)))
        {
            found.Add(new Difference(path, theirs.ContainsKey(name) ? Say(theirs[name]) : "(absent)", ours.ContainsKey(name) ? Say(ours[name]) : "(absent)"));
        }
    }

    private void CompareArrays(string api, string path, JsonArray theirs, JsonArray ours, List<Difference> found)
    {
        var kinds = rules.Where(rule => rule.Path.IsMatch(path) && rule.Api.IsMatch(api)).Select(rule => rule.Kind).ToHashSet(StringComparer.Ordinal);
        var (them, us) = (theirs.ToList(), ours.ToList());
        if (kinds.Contains("subset"))
        {
            them.RemoveAll(item => !us.Exists(own => FirstOf(own) == FirstOf(item)));
        }

        if (kinds.Contains("superset"))
        {
            us.RemoveAll(item => !them.Exists(known => FirstOf(known) == FirstOf(item)));
        }

        if (kinds.Overlaps(["set", "subset", "superset"]))
        {
            them = [.. them.OrderBy(item => KeyOf(item, isOurs: false), StringComparer.Ordinal)];
            us = [.. us.OrderBy(item => KeyOf(item, isOurs: true), StringComparer.Ordinal)];
        }

        if (them.Count != us.Count)
        {
            var (onlyTheirs, onlyOurs) = (Only(them, us, false), Only(us, them, true));
            found.Add(new Difference(path + ".length", $"{them.Count} {onlyTheirs}".Trim(), $"{us.Count} {onlyOurs}".Trim()));
            KeepCommon(them, us);
        }

        if (them.Count != us.Count)
        {
            return;
        }

        for (var i = 0; i < them.Count; i++)
        {
            Compare(api, path, them[i], us[i], found);
        }
    }

    /// <summary>What both have is compared all the same.</summary>
    private void KeepCommon(List<JsonNode?> theirs, List<JsonNode?> ours)
    {
        var known = theirs.Select(item => KeyOf(item, isOurs: false)).ToHashSet(StringComparer.Ordinal);
        ours.RemoveAll(item => !known.Contains(KeyOf(item, isOurs: true)));
        var common = ours.Select(item => KeyOf(item, isOurs: true)).ToHashSet(StringComparer.Ordinal);
        theirs.RemoveAll(item => !common.Contains(KeyOf(item, isOurs: false)));
    }

    private static string FirstOf(JsonNode? item) => item is JsonObject { Count: > 0 } value ? Say(value.First().Value) : Say(item);

    /// <summary>Ids of one kind of field: 7 as a producer id has nothing to do with 7 as a session id.</summary>
    private static string SpaceOf(string path) => path[(path.LastIndexOf('.') + 1)..].Replace("[]", "", StringComparison.Ordinal);

    private string Only(List<JsonNode?> some, List<JsonNode?> others, bool isOurs)
    {
        var known = others.Select(item => KeyOf(item, !isOurs)).ToHashSet(StringComparer.Ordinal);
        return string.Join(' ', some.Select(item => KeyOf(item, isOurs)).Where(key => !known.Contains(key)).Take(5));
    }

    /// <summary>What an item of a set is recognised by: its first names and numbers, ids as ours; those of its first array when it has none.</summary>
    private string KeyOf(JsonNode? item, bool isOurs)
    {
        if (item is not JsonObject value)
        {
            return Say(item);
        }

        var named = value.Where(pair => !s_answers.Contains(pair.Key) && pair.Value is JsonValue).Take(2).ToList();
        return named.Count > 0
            ? string.Join('|', named.Select(pair => isOurs ? Say(pair.Value) : _ours.GetValueOrDefault($"{pair.Key}:{Say(pair.Value)}", Say(pair.Value))))
            : string.Join('|', (value.Select(pair => pair.Value).OfType<JsonArray>().FirstOrDefault() ?? []).Select(inner => KeyOf(inner, isOurs)).Order(StringComparer.Ordinal));
    }

    private bool AreEqual(string? space, string theirs, string ours)
    {
        if (space is null)
        {
            return theirs == ours || (theirs.Length > IdLengthMin && Translated(theirs) == ours);
        }

        var (them, us) = ($"{space}:{theirs}", $"{space}:{ours}");
        if (_ours.TryGetValue(them, out var known) || _theirs.ContainsKey(us))
        {
            return known == ours;
        }

        // -1, 0, null and nothing stand for themselves.
        if (IsSpecial(space, theirs) || IsSpecial(space, ours))
        {
            return theirs == ours;
        }

        _ours[them] = ours;
        _theirs[us] = theirs;
        if (theirs.Length > IdLengthMin)
        {
            _inTexts[theirs] = ours;
        }

        return true;
    }

    private static bool IsSpecial(string space, string id) =>
        id is "null" or "" or "-1" or "-2" or "AAAAAAAAAAAAAAAAAAAAAA" || (id is "0" && space is "sessionId");

    /// <summary>A text that names ids of Kafka's, with ours in their place.</summary>
    private string Translated(string text)
    {
        foreach (var (theirs, ours) in _inTexts)
        {
            if (text.Contains(theirs, StringComparison.Ordinal))
            {
                text = text.Replace(theirs, ours, StringComparison.Ordinal);
            }
        }

        return text;
    }
}
