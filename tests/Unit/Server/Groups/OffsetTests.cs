using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups;

namespace Deterministic.Server.Tests.Groups;

public class OffsetTests
{
    private const long SweepMs = 600_000;
    private const long RetentionMs = 7L * 24 * 3600 * 1000;

    private readonly GroupCoordinatorContext _context = new();

    [Fact]
    public void A_commit_is_answered_and_seen_when_it_is_durable()
    {
        _context.Log.IsHolding = true;
        var commit = _context.BeginCommit("simple", "orders", 1, 42);
        Assert.False(commit.IsThere);
        Assert.Equal(-1, _context.Fetch("simple", "orders", 1));
        _context.Do(() => _context.Log.Release(ErrorCode.None));
        Assert.Equal((short)ErrorCode.None, commit.Value.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(42, _context.Fetch("simple", "orders", 1));
        _context.Restart();
        Assert.Equal(42, _context.Fetch("simple", "orders", 1));
    }

    [Theory]
    [InlineData(ErrorCode.MessageTooLarge, ErrorCode.InvalidCommitOffsetSize)]
    [InlineData(ErrorCode.NotEnoughReplicas, ErrorCode.CoordinatorNotAvailable)]
    [InlineData(ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator)]
    public void A_commit_that_the_log_refuses_changes_nothing(ErrorCode logError, ErrorCode answer)
    {
        _context.Log.IsHolding = true;
        var commit = _context.BeginCommit("simple", "orders", 1, 42);
        _context.Do(() => _context.Log.Release(logError));
        Assert.Equal((short)answer, commit.Value.Topics[0].Partitions[0].ErrorCode);
        Assert.Null(_context.Group("simple"));
    }

    [Fact]
    public void Only_members_of_the_current_generation_commit_for_a_live_group()
    {
        var (generationId, members) = _context.StableGroup("g", 2);
        Assert.Equal(ErrorCode.None, _context.Commit("g", "orders", 0, 1, generationId, members[1]));
        Assert.Equal(ErrorCode.IllegalGeneration, _context.Commit("g", "orders", 0, 2, generationId - 1, members[1]));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Commit("g", "orders", 0, 2, generationId, "nobody"));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Commit("g", "orders", 0, 2));
        Assert.Equal(ErrorCode.GroupIdNotFound, _context.Commit("none", "orders", 0, 2, generationId, members[1]));

        var answer = _context.Join("g", members[0]);
        Assert.Equal(ErrorCode.None, _context.Commit("g", "orders", 0, 3, generationId, members[1]));
        _context.Join("g", members[1]);
        Assert.Equal(ErrorCode.RebalanceInProgress, _context.Commit("g", "orders", 0, 4, answer.Value.GenerationId, members[1]));
        Assert.Equal(3, _context.Fetch("g", "orders", 0));

        _context.Leave("g", (members[0], null), (members[1], null));
        Assert.Equal(ErrorCode.None, _context.Commit("g", "orders", 0, 9));
        Assert.Equal(9, _context.Fetch("g", "orders", 0));
    }

    [Fact]
    public void A_commit_keeps_its_member_alive()
    {
        var (generationId, members) = _context.StableGroup("g", 1);
        for (var i = 0; i < 5; i++)
        {
            _context.AdvanceTime(9_000);
            Assert.Equal(ErrorCode.None, _context.Commit("g", "orders", 0, i, generationId, members[0]));
        }
    }

    [Fact]
    public void Commits_for_topics_and_partitions_that_do_not_exist_are_refused_one_by_one()
    {
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, _context.Commit("s", "nothing", 0, 1));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, _context.Commit("s", "orders", 4, 1));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, _context.Commit("s", "orders", -1, 1));
        Assert.Null(_context.Group("s"));
        Assert.Equal(ErrorCode.None, _context.Commit("s", "orders", 3, -1));
    }

    [Fact]
    public void Offsets_of_an_open_transaction_are_unstable_until_its_marker()
    {
        var record = GroupRecords.OffsetCommit("g", "orders", 0, new CommittedOffset(5, -1, "", 0, -1, default));
        var partition = _context.Coordinator.Partitions[GroupCoordinatorContext.Partition];
        _context.Commit("g", "orders", 0, 3);
        partition.Replay(record.Key.Bytes, record.Value, producerId: 77, logOffset: 10);
        Assert.Equal(3, _context.Fetch("g", "orders", 0));
        var stable = _context.FetchAll("g", requireStable: true).Topics[0].Partitions[0];
        Assert.Equal((short)ErrorCode.UnstableOffsetCommit, stable.ErrorCode);
        Assert.Equal(-1, stable.CommittedOffset);
        partition.ReplayMarker(78, isCommit: true);
        Assert.Equal(3, _context.Fetch("g", "orders", 0));
        partition.ReplayMarker(77, isCommit: true);
        Assert.Equal(5, _context.Fetch("g", "orders", 0));
        Assert.Equal((short)ErrorCode.None, _context.FetchAll("g", requireStable: true).Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public void Offsets_of_an_aborted_transaction_are_gone()
    {
        var record = GroupRecords.OffsetCommit("g", "orders", 0, new CommittedOffset(5, -1, "", 0, -1, default));
        var partition = _context.Coordinator.Partitions[GroupCoordinatorContext.Partition];
        partition.Replay(record.Key.Bytes, record.Value, producerId: 77, logOffset: 10);
        partition.ReplayMarker(77, isCommit: false);
        Assert.Equal(-1, _context.Fetch("g", "orders", 0));
    }

    [Fact]
    public void Offsets_of_a_simple_group_expire_when_it_has_not_committed_for_the_retention_time()
    {
        _context.Commit("s", "orders", 0, 1);
        _context.AdvanceTime(RetentionMs / 2);
        _context.Commit("s", "orders", 1, 1);
        _context.AdvanceTime((RetentionMs / 2) + SweepMs);
        Assert.Equal(-1, _context.Fetch("s", "orders", 0));
        Assert.Equal(1, _context.Fetch("s", "orders", 1));
        _context.AdvanceTime(RetentionMs / 2);
        Assert.Null(_context.Group("s"));
        _context.Restart();
        Assert.Null(_context.Group("s"));
    }

    [Fact]
    public void A_retention_that_the_client_names_counts_instead()
    {
        _context.Commit("s", "orders", 0, 1, retentionMs: 1_000_000);
        _context.Restart();
        _context.AdvanceTime(SweepMs);
        Assert.Equal(1, _context.Fetch("s", "orders", 0));
        _context.AdvanceTime(SweepMs);
        Assert.Equal(-1, _context.Fetch("s", "orders", 0));
    }

    [Fact]
    public void Offsets_of_a_group_expire_when_it_has_been_empty_for_the_retention_time_and_the_group_with_them()
    {
        var (generationId, members) = _context.StableGroup("g", 1);
        _context.Commit("g", "orders", 0, 1, generationId, members[0]);
        Live(RetentionMs + SweepMs, generationId, members[0]);
        Assert.Equal(1, _context.Fetch("g", "orders", 0));
        _context.Leave("g", (members[0], null));
        _context.AdvanceTime(RetentionMs - 1);
        _context.Restart();
        Assert.Equal(1, _context.Fetch("g", "orders", 0));
        _context.AdvanceTime(SweepMs);
        Assert.Null(_context.Group("g"));
        _context.Restart();
        Assert.Null(_context.Group("g"));
        var last = _context.Log.RecordsOf(GroupCoordinatorContext.Partition)[^1];
        Assert.True(last.Value.IsNull);
        Assert.Equal(2, last.Key.Bytes.Span[1]);
    }

    [Fact]
    public void A_live_group_loses_the_offsets_of_topics_it_no_longer_subscribes_to()
    {
        var (generationId, members) = _context.StableGroup("g", 1, ["orders"]);
        _context.Commit("g", "orders", 0, 1, generationId, members[0]);
        _context.Commit("g", "payments", 0, 2, generationId, members[0]);
        Live(RetentionMs + SweepMs, generationId, members[0]);
        Assert.Equal(1, _context.Fetch("g", "orders", 0));
        Assert.Equal(-1, _context.Fetch("g", "payments", 0));
    }

    [Fact]
    public void A_live_group_whose_subscription_cannot_be_read_keeps_all_its_offsets()
    {
        var joined = _context.JoinNew("g").Value;
        _context.Sync("g", 1, joined.MemberId);
        _context.Commit("g", "payments", 0, 2, 1, joined.MemberId);
        _context.Group("g")!.Member(joined.MemberId)!.Protocols = [new GroupProtocol("range", new Blob(new byte[] { 0 }))];
        _context.Group("g")!.SubscribedTopics = Subscriptions.TopicsOf(_context.Group("g")!);
        Live(RetentionMs + SweepMs, 1, joined.MemberId);
        Assert.Equal(2, _context.Fetch("g", "payments", 0));
    }

    [Fact]
    public void Offsets_of_a_deleted_topic_go_with_it()
    {
        _context.Commit("s", "orders", 0, 1);
        _context.Commit("s", "payments", 0, 2);
        _context.Topics.Remove("orders");
        _context.Do(() => _context.Coordinator.OnTopicDeleted("orders"));
        Assert.Equal(-1, _context.Fetch("s", "orders", 0));
        _context.Restart();
        Assert.Equal(-1, _context.Fetch("s", "orders", 0));
        Assert.Equal(2, _context.Fetch("s", "payments", 0));
    }

    [Fact]
    public void Offsets_of_a_topic_that_was_deleted_while_nobody_led_their_partition_go_when_somebody_does()
    {
        _context.Commit("s", "orders", 0, 1);
        _context.Commit("s", "payments", 0, 2);
        _context.Topics.Remove("orders");
        _context.Restart();
        Assert.Equal(-1, _context.Fetch("s", "orders", 0));
        Assert.Equal(2, _context.Fetch("s", "payments", 0));
    }

    [Fact]
    public void Fetching_all_by_topic_ids_names_the_ids()
    {
        _context.Commit("s", "orders", 0, 1);
        var topic = _context.FetchAll("s", version: 10).Topics[0];
        Assert.Equal(_context.Topics.IdOf("orders"), topic.TopicId);
    }

    [Fact]
    public void Groups_are_listed_by_state_and_type()
    {
        _context.StableGroup("live", 1);
        _context.Commit("simple", "orders", 0, 1);
        Assert.Equal(["live", "simple"], Listed());
        Assert.Equal(["live"], Listed(states: ["stable"]));
        Assert.Equal(["simple"], Listed(states: ["Empty"], types: ["Classic"]));
        Assert.Empty(Listed(states: ["Nonsense"]));
        Assert.Empty(Listed(types: ["consumer"]));
    }

    private string[] Listed(Text[]? states = null, Text[]? types = null)
    {
        ListGroupsResponse response = default;
        _context.Do(() => response = _context.Coordinator.ListGroups(
            new ListGroupsRequest { StatesFilter = Seq<Text>.Of(states ?? []), TypesFilter = Seq<Text>.Of(types ?? []) }));
        return [.. response.Groups.ToArray().Select(g => g.GroupId.ToString()).Order(StringComparer.Ordinal)];
    }

    /// <summary>Time goes by, and the member sends its heartbeats; days of them, so only just often enough.</summary>
    private void Live(long milliseconds, int generationId, Text memberId)
    {
        for (var passed = 0L; passed < milliseconds; passed += 9_900)
        {
            _context.AdvanceTime(9_900);
            Assert.Equal(ErrorCode.None, _context.Heartbeat("g", generationId, memberId));
        }
    }
}
