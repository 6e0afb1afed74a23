using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deterministic.Tidy.Tests;

/// <summary>
/// A config key acts when code outside of Configs reads the property that holds it. The flag in ConfigKeys.tsv and the table in
/// DECISIONS.md say the same, or these tests fail.
/// </summary>
public sealed class ConfigTableTests
{
    private const string ConfigFolder = "broker/Server/Configs/";
    private const string Table = ConfigFolder + "ConfigKeys.tsv";

    [Fact]
    public void A_key_is_flagged_as_acting_exactly_when_something_reads_it()
    {
        var acting = ActingKeys();
        var flagged = FlaggedKeys();
        Finding.None("Read by the broker, but not flagged acts in " + Table, acting.Except(flagged, StringComparer.Ordinal));
        Finding.None("Flagged acts in " + Table + ", but nothing reads it", flagged.Except(acting, StringComparer.Ordinal));
    }

    [Fact]
    public void DECISIONS_lists_the_keys_that_act()
    {
        var listed = Repository.Read("DECISIONS.md").Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`'))
            .Where(parts => parts.Length > 2 && parts[2].TrimStart(' ', '|').Split('|')[0].Trim() is "broker" or "broker-dynamic-only" or "topic")
            .Select(parts => $"{parts[2].TrimStart(' ', '|').Split('|')[0].Trim()} {parts[1]}").ToArray();
        var flagged = FlaggedKeys();
        Finding.None("Acting keys that DECISIONS.md does not list", flagged.Except(listed, StringComparer.Ordinal));
        Finding.None("Keys that DECISIONS.md lists and that do not act", listed.Except(flagged, StringComparer.Ordinal));
    }

    /// <summary>The other keys, each with the reason that IdleKeys.tsv gives. Where the table is out of date the right one is written beside the test's output.</summary>
    [Fact]
    public void The_report_lists_the_keys_that_do_not_act_and_why()
    {
        var rules = Rows(ConfigFolder + "IdleKeys.tsv", columns: 3);
        var idle = Rows(Table, columns: 9).Where(row => !row[8].Split(' ').Contains("acts", StringComparer.Ordinal)).ToArray();
        Finding.None("Keys that do not act, and IdleKeys.tsv does not say why", idle.Where(key => !rules.Exists(rule => Fits(rule, key))).Select(key => $"{key[0]} {key[1]}"));
        Finding.None("Rows of IdleKeys.tsv that fit no key that does not act", rules.Where(rule => !idle.Any(key => Fits(rule, key))).Select(rule => $"{rule[0]} {rule[1]}"));

        const string Report = "reports/configs.md";
        var expected = IdleReportHead + string.Concat(idle.OrderBy(key => key[0], StringComparer.Ordinal).ThenBy(key => key[1], StringComparer.Ordinal)
            .Select(key => $"| `{key[1]}` | {key[0]} | {rules.Find(rule => Fits(rule, key))![2]} |\n"));
        var fresh = Path.Combine(Repository.Root, "artifacts", "configs.md");
        File.WriteAllText(fresh, expected);
        Finding.None($"{Report} is out of date; copy {fresh} over it", Repository.Read(Report).Split('\n').Except(expected.Split('\n'), StringComparer.Ordinal)
            .Concat(expected.Split('\n').Except(Repository.Read(Report).Split('\n'), StringComparer.Ordinal)));
    }

    private const string IdleReportHead = """
        # Config keys that change nothing yet

        Every key of Kafka 4.3 is known: its value is checked and described as Kafka does. These have no effect here. The keys that act
        are in [DECISIONS.md](../DECISIONS.md). This table is made of `broker/Server/Configs/ConfigKeys.tsv` and `IdleKeys.tsv` by `tests/Tidy`.

        | key | kind | why |
        |---|---|---|

        """;

    private static List<string[]> Rows(string table, int columns) =>
        [.. Repository.Read(table).Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).Where(row => row.Length == columns && row[0] != "kind")];

    private static bool Fits(string[] rule, string[] key) => rule[0] == key[0] && rule[1] is var pattern
        && (pattern.EndsWith('*') ? key[1].StartsWith(pattern[..^1], StringComparison.Ordinal)
            : pattern.StartsWith('*') ? key[1].EndsWith(pattern[1..], StringComparison.Ordinal)
            : key[1] == pattern);

    private static HashSet<string> FlaggedKeys() => Repository.Read(Table).Split('\n')
        .Select(line => line.Split('\t')).Where(columns => columns.Length == 9 && columns[8].Split(' ').Contains("acts", StringComparer.Ordinal))
        .Select(columns => $"{columns[0]} {columns[1]}").ToHashSet(StringComparer.Ordinal);

    private static HashSet<string> ActingKeys()
    {
        var readOutside = Repository.Sources("broker").Where(file => !file.Path.StartsWith(ConfigFolder, StringComparison.Ordinal))
            .SelectMany(file => file.All<MemberAccessExpressionSyntax>()).Select(access => access.Name.Identifier.Text)
            .ToHashSet(StringComparer.Ordinal);
        var acting = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (file, kind) in new[] { ("BrokerConfig.cs", "broker"), ("TopicConfig.cs", "topic") })
        {
            var source = new SourceFile(ConfigFolder + file, Repository.Read(ConfigFolder + file));
            foreach (var property in source.All<PropertyDeclarationSyntax>().Where(property => property.Initializer is not null))
            {
                if (IsRead(property.Identifier.Text, readOutside, source))
                {
                    acting.UnionWith(KeysOf(property).Select(key => $"{KindOf(property, kind)} {key}"));
                }
            }
        }

        AddSynonyms(acting);
        return acting;
    }

    private static string KindOf(PropertyDeclarationSyntax property, string kind) =>
        property.Initializer!.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.Text == "DynamicOnly") ? "broker-dynamic-only" : kind;

    // What is read may also be a property of Configs that is computed from it.
    private static bool IsRead(string property, HashSet<string> readOutside, SourceFile source) =>
        readOutside.Contains(property)
            || source.All<PropertyDeclarationSyntax>()
                .Where(computed => computed.ExpressionBody is not null && readOutside.Contains(computed.Identifier.Text))
                .SelectMany(computed => computed.DescendantNodes().OfType<IdentifierNameSyntax>())
                .Any(name => name.Identifier.Text == property);

    private static IEnumerable<string> KeysOf(PropertyDeclarationSyntax property)
    {
        var known = Repository.Read(Table).Split('\n').Select(line => line.Split('\t')).Where(columns => columns.Length == 9)
            .Select(columns => columns[1]).ToHashSet(StringComparer.Ordinal);
        if (property.Identifier.Text == "Listeners")
        {
            return ["listeners", "advertised.listeners", "listener.security.protocol.map", "controller.listener.names"];
        }

        return property.Initializer!.DescendantNodes().OfType<LiteralExpressionSyntax>()
            .Select(literal => literal.Token.ValueText).Where(known.Contains);
    }

    /// <summary>A broker key acts too when a topic key that acts takes its default from it.</summary>
    private static void AddSynonyms(HashSet<string> acting)
    {
        foreach (var columns in Repository.Read(Table).Split('\n').Select(line => line.Split('\t')))
        {
            if (columns.Length == 9 && columns[0] == "topic" && acting.Contains($"topic {columns[1]}") && columns[7].Length > 0)
            {
                acting.UnionWith(columns[7].Split(',').Select(name => "broker " + name.Split('(')[0]));
            }
        }
    }
}
