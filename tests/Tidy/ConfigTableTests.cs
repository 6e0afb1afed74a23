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
            .Where(parts => parts.Length > 2 && parts[2].TrimStart(' ', '|').Split('|')[0].Trim() is "broker" or "topic")
            .Select(parts => $"{parts[2].TrimStart(' ', '|').Split('|')[0].Trim()} {parts[1]}").ToArray();
        var flagged = FlaggedKeys();
        Finding.None("Acting keys that DECISIONS.md does not list", flagged.Except(listed, StringComparer.Ordinal));
        Finding.None("Keys that DECISIONS.md lists and that do not act", listed.Except(flagged, StringComparer.Ordinal));
    }

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
                if (IsRead(property.Identifier.Text, kind, readOutside, source))
                {
                    acting.UnionWith(KeysOf(property).Select(key => $"{kind} {key}"));
                }
            }
        }

        AddSynonyms(acting);
        return acting;
    }

    // A topic setting reaches the log by ToLogConfig, which stands in Configs itself.
    private static bool IsRead(string property, string kind, HashSet<string> readOutside, SourceFile source) =>
        readOutside.Contains(property)
            || (kind == "topic" && source.All<MethodDeclarationSyntax>()
                .Where(method => method.Identifier.Text == "ToLogConfig")
                .SelectMany(method => method.DescendantNodes().OfType<IdentifierNameSyntax>())
                .Any(name => name.Identifier.Text == property));

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
