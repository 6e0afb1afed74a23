using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>What a heartbeat of the consumer protocol must say, whatever the group is. Stateless.</summary>
internal static class ConsumerRequests
{
    /// <summary>Since this version clients choose their member ids.</summary>
    private const short ClientMemberIdSince = 1;

    /// <summary>What is wrong with it, or null.</summary>
    internal static GroupRefusal? WhyNot(in ConsumerGroupHeartbeatRequest request, in GroupClient client, GroupConfig config)
    {
        var reason = WhyInvalid(request, client.Version);
        if (reason is not null)
        {
            return new GroupRefusal(ErrorCode.InvalidRequest, reason);
        }

        var assignor = request.ServerAssignor;
        if (!assignor.IsNull && config.ConsumerAssignors.All(known => known.Name != assignor.ToString()))
        {
            var names = string.Join(", ", config.ConsumerAssignors.Select(known => known.Name));
            return new GroupRefusal(ErrorCode.UnsupportedAssignor, $"ServerAssignor {assignor} is not supported. Supported assignors: {names}.");
        }

        return null;
    }

    private static string? WhyInvalid(in ConsumerGroupHeartbeatRequest request, short version)
    {
        if (request.MemberId.IsNullOrEmpty
            && (version >= ClientMemberIdSince || request.MemberEpoch is > ConsumerMember.JoinEpoch or ConsumerMember.LeaveEpoch))
        {
            return "MemberId can't be empty.";
        }

        if (request.GroupId.IsNullOrEmpty)
        {
            return "GroupId can't be empty.";
        }

        if (IsEmpty(request.InstanceId))
        {
            return "InstanceId can't be empty.";
        }

        if (IsEmpty(request.RackId))
        {
            return "RackId can't be empty.";
        }

        if (!AllFit(request))
        {
            return $"Ids, names and expressions may not be longer than {GroupTexts.BytesMax} bytes.";
        }

        return request.MemberEpoch switch
        {
            ConsumerMember.JoinEpoch => WhyNoJoin(request),
            ConsumerMember.StaticLeaveEpoch when request.InstanceId.IsNull => "InstanceId can't be null.",
            < ConsumerMember.StaticLeaveEpoch => "MemberEpoch is invalid.",
            _ => null,
        };
    }

    private static string? WhyNoJoin(in ConsumerGroupHeartbeatRequest request)
    {
        if (request.RebalanceTimeoutMs == -1)
        {
            return "RebalanceTimeoutMs must be provided in first request.";
        }

        if (request.TopicPartitions.IsNull || request.TopicPartitions.Count > 0)
        {
            return "TopicPartitions must be empty when (re-)joining.";
        }

        return request.SubscribedTopicNames.IsNull && request.SubscribedTopicRegex.IsNull
            ? "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining."
            : null;
    }

    private static bool IsEmpty(Text text) => !text.IsNull && text.IsNullOrEmpty;

    private static bool AllFit(in ConsumerGroupHeartbeatRequest request) =>
        GroupTexts.Fits(request.MemberId) && GroupTexts.Fits(request.InstanceId) && GroupTexts.Fits(request.RackId)
        && GroupTexts.Fits(request.SubscribedTopicRegex);
}
