using System.CommandLine;

namespace Deterministic.Host.Commands.Groups;

/// <summary>The options of <c>groups</c>, named as kafka-consumer-groups and kafka-groups have them. One instance for the command line.</summary>
internal sealed class GroupOptions
{
    internal Option<bool> List { get; } = new("--list") { Description = "List groups" };

    internal Option<bool> Describe { get; } = new("--describe") { Description = "Show committed offsets and lag, --members or --state" };

    internal Option<bool> ResetOffsets { get; } = new("--reset-offsets") { Description = "Move the committed offsets of inactive groups; shows the plan unless --execute is given" };

    internal Option<bool> Delete { get; } = new("--delete") { Description = "Delete groups without members, with their offsets" };

    internal Option<bool> DeleteOffsets { get; } = new("--delete-offsets") { Description = "Delete the offsets of a group for the topics of --topic" };

    internal Option<string?> ValidateRegex { get; } = new("--validate-regex") { Description = "Say whether a subscription's regular expression is valid (RE2)" };

    internal Option<string[]> Group { get; } = new("--group") { Description = "Group to act on, repeatable" };

    internal Option<bool> AllGroups { get; } = new("--all-groups") { Description = "Act on every group" };

    internal Option<string[]> Topic { get; } = new("--topic") { Description = "Topic, or topic:0,1,2 for some of its partitions, repeatable" };

    internal Option<bool> AllTopics { get; } = new("--all-topics") { Description = "All topics for which the group has committed offsets" };

    internal Option<bool> Members { get; } = new("--members") { Description = "Describe members" };

    internal Option<bool> Offsets { get; } = new("--offsets") { Description = "Describe offsets (what --describe shows anyway)" };

    internal Option<string?> State { get; } = new("--state")
    {
        Description = "With --describe: the states of groups. With --list: show states, or list groups in these states (Stable,Empty)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    internal Option<string?> Type { get; } = new("--type", "--group-type")
    {
        Description = "With --list: show types, or list groups of these types (classic,consumer)", Arity = ArgumentArity.ZeroOrOne,
    };

    internal Option<string?> Protocol { get; } = new("--protocol") { Description = "With --list: groups of this protocol type (consumer, connect)" };

    internal Option<bool> Consumer { get; } = new("--consumer") { Description = "With --list: groups of consumers, with type and protocol" };

    internal Option<int> Timeout { get; } = new("--timeout") { Description = "Give up after so many milliseconds", DefaultValueFactory = _ => 30_000 };

    internal ResetOptions Reset { get; } = new();

    /// <summary>All of them.</summary>
    internal IReadOnlyList<Option> All =>
    [
        List, Describe, ResetOffsets, Delete, DeleteOffsets, ValidateRegex, Group, AllGroups, Topic, AllTopics, Members, Offsets,
        State, Type, Protocol, Consumer, Timeout, .. Reset.All,
    ];
}
