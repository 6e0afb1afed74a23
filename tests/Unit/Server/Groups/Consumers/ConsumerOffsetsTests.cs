using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Tests.Groups.Consumers;

public class ConsumerOffsetsTests
{
    private readonly ConsumerGroupContext _context = new();

    [Fact]
    public void A_member_commits_in_its_epoch_and_nobody_else_does()
    {
        _context.Join("g", "a");
        Assert.Equal(ErrorCode.None, _context.Base.Commit("g", "orders", 0, 5, 2, "a"));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _context.Base.Commit("g", "orders", 0, 6, 3, "a"));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _context.Base.Commit("g", "orders", 0, 6, 1, "a"));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Base.Commit("g", "orders", 0, 6, 2, "b"));
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Base.Commit("g", "orders", 0, 6));
        Assert.Equal(5, _context.Base.Fetch("g", "orders", 0));
    }

    [Fact]
    public void A_member_that_was_fenced_commits_nothing_more()
    {
        _context.Join("g", "a");
        _context.Base.AdvanceTime(45_000);
        _context.Join("g", "b");
        Assert.Equal(ErrorCode.UnknownMemberId, _context.Base.Commit("g", "orders", 0, 5, 2, "a"));
    }

    [Fact]
    public void An_older_epoch_commits_what_the_member_has_had_since_then()
    {
        _context.Join("g", "a");
        _context.Join("g", "b");
        _context.Beat("g", "a", 2, "orders-0 orders-1 orders-2 orders-3");
        _context.Beat("g", "a", 2, "orders-0 orders-1");
        _context.Beat("g", "b", 3);
        Assert.Equal(ErrorCode.None, _context.Base.Commit("g", "orders", 0, 5, 2, "a"));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _context.Base.Commit("g", "orders", 2, 5, 2, "a"));
        Assert.Equal(ErrorCode.StaleMemberEpoch, _context.Base.Commit("g", "orders", 2, 5, 2, "b"));
        Assert.Equal(ErrorCode.None, _context.Base.Commit("g", "orders", 2, 5, 3, "b"));
    }

    [Theory]
    [InlineData("a", 2, ErrorCode.None)]
    [InlineData("a", 1, ErrorCode.IllegalGeneration)]
    [InlineData("b", 2, ErrorCode.UnknownMemberId)]
    [InlineData("", -1, ErrorCode.None)]
    public void A_transaction_commits_for_a_member_in_its_epoch_or_for_nobody(string memberId, int epoch, ErrorCode expected)
    {
        _context.Join("g", "a");
        var request = new TxnOffsetCommitRequest { GroupId = "g", TransactionalId = "t", ProducerId = 7, MemberId = memberId, GenerationId = epoch, GroupInstanceId = Text.Null };
        var topic = new TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic { Name = "orders" };
        topic.Partitions.Add(new TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition { CommittedOffset = 5 });
        request.Topics.Add(topic);
        var error = ErrorCode.UnknownServerError;
        _context.Base.Do(() => _context.Base.Coordinator.CommitOffsets(
            GroupCoordinatorContext.Partition, request, answer => error = (ErrorCode)answer.Topics[0].Partitions[0].ErrorCode));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Anybody_commits_while_the_group_is_empty()
    {
        _context.Join("g", "a");
        _context.Leave("g", "a");
        Assert.Equal(ErrorCode.None, _context.Base.Commit("g", "orders", 0, 5));
    }

    [Fact]
    public void A_member_needs_version_9_to_commit()
    {
        _context.Join("g", "a");
        var answer = _context.Base.BeginCommit("g", "orders", 0, 5, 2, "a", version: 8);
        Assert.Equal((short)ErrorCode.UnsupportedVersion, answer.Value.Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public void A_fetch_that_names_a_member_must_name_its_epoch()
    {
        _context.Join("g", "a");
        _context.Base.Commit("g", "orders", 0, 5, 2, "a");
        Assert.Equal(ErrorCode.None, Fetch("a", 2));
        Assert.Equal(ErrorCode.StaleMemberEpoch, Fetch("a", 1));
        Assert.Equal(ErrorCode.UnknownMemberId, Fetch("b", 2));
        Assert.Equal(5, _context.Base.Fetch("g", "orders", 0));
    }

    [Fact]
    public void Offsets_of_subscribed_topics_do_not_expire_and_others_do()
    {
        _context.Join("g", "a", topics: ["orders"]);
        _context.Base.Commit("g", "orders", 0, 5, 2, "a");
        _context.Base.Commit("g", "payments", 0, 6, 2, "a");
        for (var i = 0; i < 7 * 24 * 120 + 60; i++)
        {
            _context.Base.AdvanceTime(30_000);
            _context.Beat("g", "a", 2);
        }

        Assert.Equal(5, _context.Base.Fetch("g", "orders", 0));
        Assert.Equal(-1, _context.Base.Fetch("g", "payments", 0));
    }

    [Fact]
    public void An_empty_group_whose_offsets_expired_goes_too()
    {
        _context.Join("g", "a", regex: "ord.*");
        _context.Base.Commit("g", "orders", 0, 5, 2, "a");
        _context.Leave("g", "a");
        _context.Base.AdvanceTime(8L * 24 * 3600 * 1000);
        Assert.Null(_context.Base.Group("g"));
        _context.Base.Restart();
        Assert.Null(_context.Base.Group("g"));
    }

    private ErrorCode Fetch(string memberId, int epoch)
    {
        Deterministic.Protocol.Apis.OffsetFetchResponse.OffsetFetchResponseGroup response = default;
        _context.Base.Do(() => response = _context.Base.Coordinator.FetchOffsets(
            GroupCoordinatorContext.Partition,
            new() { GroupId = "g", MemberId = memberId, MemberEpoch = epoch, Topics = Seq<Deterministic.Protocol.Apis.OffsetFetchRequest.OffsetFetchRequestTopics>.Null },
            requireStable: false,
            version: 9));
        return (ErrorCode)response.ErrorCode;
    }
}
