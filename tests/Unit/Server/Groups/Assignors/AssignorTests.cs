using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Assignors;
using Deterministic.Server.Replication;
using Deterministic.Tests.Shared;

namespace Deterministic.Server.Tests.Groups.Assignors;

public class AssignorTests
{
    private static readonly Uuid s_orders = new(0, 1);
    private static readonly Uuid s_payments = new(0, 2);

    [Fact]
    public void Range_cuts_each_topic_into_pieces_in_the_order_of_the_members()
    {
        var shares = Assign(new RangeAssignor(), [Member("a", s_orders, s_payments), Member("b", s_orders, s_payments)], (s_orders, 3), (s_payments, 2));
        Assert.Equal("1-0 1-1 2-0", shares["a"]);
        Assert.Equal("1-2 2-1", shares["b"]);
    }

    [Fact]
    public void Range_takes_static_members_first()
    {
        var shares = Assign(new RangeAssignor(), [Member("a", s_orders), Member("z", s_orders) with { InstanceId = "i" }], (s_orders, 3));
        Assert.Equal("1-2", shares["a"]);
        Assert.Equal("1-0 1-1", shares["z"]);
    }

    [Fact]
    public void Range_gives_nothing_to_members_that_are_too_many()
    {
        var shares = Assign(new RangeAssignor(), [Member("a", s_orders), Member("b", s_orders)], (s_orders, 1));
        Assert.Equal("", shares["b"]);
    }

    [Fact]
    public void Uniform_moves_no_more_than_it_must()
    {
        var a = Member("a", s_orders) with { Previous = Partitions(s_orders, 0, 1, 2, 3) };
        var shares = Assign(new UniformAssignor(), [a, Member("b", s_orders)], (s_orders, 4));
        Assert.Equal("1-0 1-1", shares["a"]);
        Assert.Equal("1-2 1-3", shares["b"]);
    }

    [Fact]
    public void Uniform_balances_members_with_other_subscriptions()
    {
        var a = Member("a", s_orders, s_payments) with { Previous = Partitions(s_orders, 0, 1) };
        var shares = Assign(new UniformAssignor(), [a, Member("b", s_payments)], (s_orders, 2), (s_payments, 4));
        Assert.Equal("1-0 1-1 2-0".Split(' ').Length, shares["a"].Split(' ').Length);
        Assert.Equal(3, shares["b"].Split(' ').Length);
    }

    [Fact]
    public void Every_partition_goes_to_exactly_one_subscriber_whatever_the_group_is()
    {
        var random = new SeededRandom(5);
        for (var round = 0; round < 500; round++)
        {
            var topics = Enumerable.Range(1, Next(random, 4) + 1).Select(i => (Id: new Uuid(0, (ulong)i), Count: Next(random, 6) + 1)).ToArray();
            var members = Enumerable.Range(0, Next(random, 6) + 1)
                .Select(i => Member($"m{i}", [.. topics.Where(_ => Next(random, 3) > 0).Select(t => t.Id)]) with
                {
                    Previous = [.. topics.SelectMany(t => Enumerable.Range(0, t.Count + 1).Select(p => new TopicIdPartition(t.Id, p))).Where(_ => Next(random, 3) == 0)],
                })
                .ToArray();
            foreach (var assignor in new IConsumerAssignor[] { new UniformAssignor(), new RangeAssignor() })
            {
                var shares = assignor.Assign(members, topics.ToDictionary(t => t.Id, t => t.Count));
                var given = shares.SelectMany(share => share.Value).ToArray();
                Assert.Equal(given.Length, given.Distinct().Count());
                var wanted = topics.Where(t => members.Any(m => m.Topics.Contains(t.Id))).Sum(t => t.Count);
                Assert.Equal(wanted, given.Length);
                Assert.All(members, member => Assert.All(shares[member.MemberId], p => Assert.Contains(p.TopicId, member.Topics)));
            }
        }
    }

    [Fact]
    public void Uniform_differs_by_one_at_most_when_all_subscribe_to_the_same()
    {
        for (var count = 1; count < 8; count++)
        {
            var members = Enumerable.Range(0, count).Select(i => Member($"m{i}", s_orders) with
            {
                Previous = i == 0 ? Partitions(s_orders, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9) : [],
            }).ToArray();
            var sizes = new UniformAssignor().Assign(members, new Dictionary<Uuid, int> { [s_orders] = 10 }).Values.Select(p => p.Count).ToArray();
            Assert.True(sizes.Max() - sizes.Min() <= 1, string.Join(' ', sizes));
        }
    }

    private static int Next(SeededRandom random, int below)
    {
        Span<byte> bytes = stackalloc byte[4];
        random.Fill(bytes);
        return (int)(BitConverter.ToUInt32(bytes) % (uint)below);
    }

    private static AssignorMember Member(string id, params Uuid[] topics) => new(id, Text.Null, [.. topics], []);

    private static ImmutableSortedSet<TopicIdPartition> Partitions(Uuid topic, params int[] numbers) =>
        [.. numbers.Select(number => new TopicIdPartition(topic, number))];

    private static Dictionary<string, string> Assign(IConsumerAssignor assignor, AssignorMember[] members, params (Uuid Id, int Count)[] topics) =>
        assignor.Assign(members, topics.ToDictionary(t => t.Id, t => t.Count)).ToDictionary(
            share => share.Key.ToString(), share => string.Join(' ', share.Value.Select(p => $"{p.TopicId.Low}-{p.PartitionId}")));
}
