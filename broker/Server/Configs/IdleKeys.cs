namespace Deterministic.Server.Configs;

/// <summary>Why a key of Kafka's changes nothing here, by IdleKeys.tsv. Immutable, lives as long as the process.</summary>
internal static class IdleKeys
{
    private const string ResourceName = "IdleKeys.tsv";
    private const char AnyText = '*';

    private static readonly List<(ConfigKind Kind, string Pattern, string Reason)> s_rules = Load();

    /// <summary>The reason; null for a key that no rule names.</summary>
    internal static string? ReasonOf(ConfigKind kind, string name)
    {
        foreach (var rule in s_rules)
        {
            if (rule.Kind == kind && IsMatch(rule.Pattern, name))
            {
                return rule.Reason;
            }
        }

        return null;
    }

    private static bool IsMatch(string pattern, string name) =>
        pattern.EndsWith(AnyText) ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : pattern.StartsWith(AnyText) ? name.EndsWith(pattern[1..], StringComparison.Ordinal)
        : name.Equals(pattern, StringComparison.Ordinal);

    private static List<(ConfigKind Kind, string Pattern, string Reason)> Load()
    {
        using var stream = typeof(IdleKeys).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new ConfigException($"{ResourceName} is missing from the program");
        using var reader = new StreamReader(stream);
        reader.ReadLine();
        var rules = new List<(ConfigKind, string, string)>();
        while (reader.ReadLine() is { } line)
        {
            var columns = line.Split('\t');
            rules.Add((ConfigCatalog.ReadKind(columns[0]), columns[1], columns[2]));
        }

        return rules;
    }
}
