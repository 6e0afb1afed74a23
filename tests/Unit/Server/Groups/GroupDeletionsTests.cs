using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Tests.Groups.Consumers;

namespace Deterministic.Server.Tests.Groups;

public class GroupDeletionsTests
{
    private readonly ConsumerGroupContext _context = new();

    [Fact]
    public void A_group_with_members_is_not_deleted()
    {
        _context.Base.StableGroup("classic", 1);
        _context.Join("consumer", "a");
        Assert.Equal(ErrorCode.NonEmptyGroup, _context.Delete("classic"));
        Assert.Equal(ErrorCode.NonEmptyGroup, _context.Delete("consumer"));
        Assert.Equal(ErrorCode.GroupIdNotFound, _context.Delete("nobody"));
    }

    [Fact]
    public void A_deleted_group_is_gone_with_its_offsets_also_after_a_restart()
    {
        var (generation, members) = _context.Base.StableGroup("classic", 1);
        _context.Base.Commit("classic", "orders", 0, 5, generation, members[0]);
        _context.Base.Leave("classic", (members[0], null));
        _context.Join("consumer", "a", regex: "ord.*");
        _context.Base.Commit("consumer", "orders", 0, 5, 2, "a");
        _context.Leave("consumer", "a");
        _context.Base.Commit("simple", "orders", 0, 5);
        foreach (var group in new[] { "classic", "consumer", "simple" })
        {
            Assert.Equal(ErrorCode.None, _context.Delete(group));
            Assert.Null(_context.Base.Group(group));
            Assert.Equal(ErrorCode.GroupIdNotFound, _context.Delete(group));
        }

        _context.Base.Restart();
        Assert.Empty(_context.Base.Groups);
    }

    [Fact]
    public void A_commit_under_way_does_not_outlive_its_group()
    {
        _context.Base.Commit("g", "orders", 0, 5);
        _context.Base.Log.IsHolding = true;
        var commit = _context.Base.BeginCommit("g", "orders", 1, 6);
        var deletion = new Answer<ErrorCode>();
        _context.Base.Do(() => _context.Base.Coordinator.DeleteGroup(GroupCoordinatorContext.Partition, "g", deletion.Set));
        Assert.False(deletion.IsThere);
        _context.Base.Log.IsHolding = false;
        _context.Base.Do(() => _context.Base.Log.Release(ErrorCode.None));
        Assert.Equal(0, commit.Value.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(ErrorCode.None, deletion.Value);
        Assert.Null(_context.Base.Group("g"));
    }

    [Fact]
    public void Offsets_of_topics_that_nobody_subscribes_to_can_be_deleted()
    {
        var (generation, members) = _context.Base.StableGroup("g", 1);
        _context.Base.Commit("g", "orders", 0, 5, generation, members[0]);
        _context.Base.Commit("g", "payments", 0, 6, generation, members[0]);
        Assert.Equal(ErrorCode.GroupSubscribedToTopic, DeleteOffset("g", "orders", 0));
        Assert.Equal(ErrorCode.None, DeleteOffset("g", "payments", 0));
        Assert.Equal(ErrorCode.None, DeleteOffset("g", "payments", 1));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, DeleteOffset("g", "payments", 2));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, DeleteOffset("g", "nothing", 0));
        Assert.Equal(5, _context.Base.Fetch("g", "orders", 0));
        Assert.Equal(-1, _context.Base.Fetch("g", "payments", 0));
    }

    [Fact]
    public void Consumer_groups_say_what_they_subscribe_to_by_expressions_too()
    {
        _context.Join("g", "a", regex: "ord.*");
        _context.Base.Commit("g", "payments", 0, 6, 2, "a");
        Assert.Equal(ErrorCode.GroupSubscribedToTopic, DeleteOffset("g", "orders", 0));
        Assert.Equal(ErrorCode.None, DeleteOffset("g", "payments", 0));
        Assert.Equal(-1, _context.Base.Fetch("g", "payments", 0));
    }

    private ErrorCode DeleteOffset(string group, string topic, int partition)
    {
        var request = new OffsetDeleteRequest { GroupId = group };
        var named = new OffsetDeleteRequest.OffsetDeleteRequestTopic { Name = topic };
        named.Partitions.Add(new() { PartitionIndex = partition });
        request.Topics.Add(named);
        var answer = new Answer<OffsetDeleteResponse>();
        _context.Base.Do(() => _context.Base.Coordinator.DeleteOffsets(GroupCoordinatorContext.Partition, request, answer.Set));
        return answer.Value.ErrorCode != 0 ? (ErrorCode)answer.Value.ErrorCode : (ErrorCode)answer.Value.Topics[0].Partitions[0].ErrorCode;
    }
}
