using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;

namespace Deterministic.Host.Commands.Groups;

/// <summary><c>groups --list</c>: names, or names with state, type and protocol. Lives for one command.</summary>
internal sealed class GroupListing(GroupAdmin admin, GroupOptions options, CommonOptions common)
{
    private const string ConsumerProtocolType = "consumer";
    private static readonly string[] s_states = ["PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Empty", "Assigning", "Reconciling"];
    private static readonly string[] s_types = ["Classic", "Consumer"];

    /// <summary>The known names of a list, written as the protocol has them.</summary>
    internal static IReadOnlyList<string> Names(string option, string? text, IReadOnlyList<string> known)
    {
        var names = new List<string>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            names.Add(known.FirstOrDefault(name => string.Equals(name, part, StringComparison.OrdinalIgnoreCase))
                ?? throw new CommandException($"{option} {part}: it must be among {string.Join(", ", known)}"));
        }

        return names;
    }

    /// <summary>Prints them.</summary>
    internal async Task PrintAsync(ParseResult result, CancellationToken cancellation)
    {
        var states = Names("--state", result.GetValue(options.State), s_states);
        var types = Names("--type", result.GetValue(options.Type), s_types);
        var protocol = result.GetValue(options.Protocol);
        var listed = (await admin.ListAsync(cancellation, states, types)).Where(group =>
            (protocol is null || group.ProtocolType.ToString() == protocol)
            && (!result.GetValue(options.Consumer) || group.ProtocolType.ToString() is "" or ConsumerProtocolType)).ToArray();
        if (result.GetValue(common.Json))
        {
            Print(result, listed, withState: true, withType: true, withProtocol: true);
        }
        else if (protocol is not null || result.GetValue(options.Consumer))
        {
            Print(result, listed, withState: false, withType: true, withProtocol: true);
        }
        else if (result.GetResult(options.State) is not null || result.GetResult(options.Type) is not null)
        {
            Print(result, listed, result.GetResult(options.State) is not null, result.GetResult(options.Type) is not null, withProtocol: false);
        }
        else
        {
            foreach (var group in listed)
            {
                Console.WriteLine(group.GroupId.ToString());
            }
        }
    }

    private static void Print(
        ParseResult result, ListGroupsResponse.ListedGroup[] listed, bool withState, bool withType, bool withProtocol)
    {
        (string Name, bool IsShown, Func<ListGroupsResponse.ListedGroup, string> Of)[] columns =
        [
            ("Group", true, group => group.GroupId.ToString()), ("Type", withType, group => group.GroupType.ToString()),
            ("Protocol type", withProtocol, group => group.ProtocolType.ToString()), ("State", withState, group => group.GroupState.ToString()),
        ];
        var shown = columns.Where(column => column.IsShown).ToArray();
        var report = new Report([.. shown.Select(column => column.Name)]);
        foreach (var group in listed)
        {
            report.Add([.. shown.Select(column => column.Of(group))]);
        }

        report.Print(result);
    }
}
