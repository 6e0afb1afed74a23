using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;
using Deterministic.Tests.Shared;
using FsCheck.Xunit;

namespace Deterministic.Server.Tests.Groups;

/// <summary>Whatever happened, the log tells all of it: a coordinator that reads it stands where the old one stood.</summary>
public class RestartTests
{
    private const int Steps = 120;

    [Property(MaxTest = 60)]
    public void Replaying_the_log_gives_the_state_that_was_durable(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var context = new GroupCoordinatorContext(new GroupConfig { InitialRebalanceDelayMs = 500, OffsetsRetentionMinutes = 20 }, (ulong)seed);
        var known = new List<(string Group, Text Member)>();
        for (var i = 0; i < Steps; i++)
        {
            Step(context, random, known);
        }

        var before = DurableStateOf(context);
        context.Restart();
        Assert.Equal(before, DurableStateOf(context));
        foreach (var group in context.Groups)
        {
            var storedMembers = group.Stored?.Members.Count ?? 0;
            Assert.Equal(storedMembers, group.Members.Count);
            Assert.Equal(storedMembers > 0 ? ClassicGroupState.Stable : ClassicGroupState.Empty, group.State);
        }
    }

    private static void Step(GroupCoordinatorContext context, SeededRandom random, List<(string Group, Text Member)> known)
    {
        var groupId = "g" + random.Next(3);
        var generationId = context.Group(groupId)?.GenerationId ?? 0;
        var member = known.Count > 0 ? known[random.Next(known.Count)] : (Group: groupId, Member: Text.Empty);
        switch (random.Next(9))
        {
            case 0:
                var first = context.Join(groupId, topics: [random.Next(2) == 0 ? "orders" : "payments"]);
                known.Add((groupId, first.Value.MemberId));
                break;
            case 1:
                context.Join(groupId, instance: "i" + random.Next(2));
                break;
            case 2 or 3:
                context.Join(member.Group, member.Member);
                break;
            case 4:
                SyncAll(context, groupId);
                break;
            case 5:
                context.Leave(member.Group, (member.Member, null));
                break;
            case 6:
                context.Commit(groupId, "orders", random.Next(4), random.Next(1000));
                break;
            case 7:
                context.Commit(member.Group, "payments", random.Next(2), random.Next(1000), context.Group(member.Group)?.GenerationId ?? 0, member.Member);
                break;
            default:
                context.AdvanceTime(random.Next(20) == 0 ? 1_500_000 : random.Next(4_000));
                break;
        }

        Assert.True(generationId <= (context.Group(groupId)?.GenerationId ?? int.MaxValue));
    }

    private static void SyncAll(GroupCoordinatorContext context, string groupId)
    {
        if (context.Group(groupId) is { } group)
        {
            foreach (var member in group.Members.Values.ToArray())
            {
                context.Sync(
                    groupId,
                    group.GenerationId,
                    member.MemberId,
                    member.InstanceId.AsString(),
                    [.. group.Members.Keys.Select(m => (m, "of " + m))]);
            }
        }
    }

    private static List<string> DurableStateOf(GroupCoordinatorContext context)
    {
        var lines = new List<string>();
        foreach (var group in context.Groups)
        {
            if (group.Stored is { } stored)
            {
                var members = stored.Members.ToArray().Select(m => $"{m.MemberId}/{m.GroupInstanceId}/{m.SessionTimeout}/{new Text(m.Assignment.Bytes)}");
                lines.Add($"{group.GroupId} {stored.Generation} {stored.Protocol} {stored.Leader} {string.Join(',', members)}");
            }

            foreach (var (topic, partitions) in group.Offsets.Topics)
            {
                lines.AddRange(partitions.Select(p =>
                    $"{group.GroupId} {topic}-{p.Key} {p.Value.Offset} {p.Value.LeaderEpoch} {p.Value.CommitTimestampMs} {p.Value.TopicId}"));
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
