using Deterministic.Protocol;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>Commits that a group with members must refuse: of a generation that is over, and of nobody. Owned by a group's member.</summary>
internal sealed class RefusedCommits(ClientProcess process, Consumer consumer, IGroupMember member)
{
    /// <summary>A commit in the generation before its own.</summary>
    internal async Task CommitOfBeforeAsync()
    {
        var deaths = process.Fleet.BrokerDeaths;
        var generation = member.Generation - 1;
        var hasPlace = HasPlace();
        var error = await member.Offsets.CommitAsync(consumer.Partitions, member.MemberId, generation, member.Plan.InstanceId);
        Expect(error, hasPlace && deaths == process.Fleet.BrokerDeaths, $"{member.MemberId} of {member.Plan.Group} commits in generation {generation}, which is over");
    }

    /// <summary>A commit without a member, while the group surely has one: this one was there before and after.</summary>
    internal async Task CommitAsNobodyAsync(Func<Task<bool>> isMemberAsync)
    {
        var deaths = process.Fleet.BrokerDeaths;
        var (memberId, generation) = (member.MemberId, member.Generation);
        if (!await isMemberAsync())
        {
            return;
        }

        var hasPlace = HasPlace();
        var error = await member.Offsets.CommitAsync(consumer.Partitions, memberId: "", generation: -1, instanceId: null);
        if (error == ErrorCode.None && await isMemberAsync())
        {
            var isSame = memberId == member.MemberId && generation == member.Generation && deaths == process.Fleet.BrokerDeaths;
            Expect(error, hasPlace && isSame, $"nobody commits for {member.Plan.Group}, which has member {memberId}");
        }
    }

    private void Expect(ErrorCode error, bool isCertain, string what)
    {
        if (error == ErrorCode.None && isCertain && !process.Fleet.MayForget)
        {
            throw new ViolationException("stale-generation", what);
        }
    }

    /// <summary>Whether a commit would say something that is not passed over: a place in a topic that stays.</summary>
    private bool HasPlace() => consumer.Partitions.Any(partition =>
        partition.Position is not null && !process.Fleet.Workload.Topics[partition.TopicNumber].MayBeDeleted);
}
