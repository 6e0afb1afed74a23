using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Groups.Consumers;

namespace Deterministic.Server.Groups;

/// <content>The consumer protocol (KIP-848), and what administrators delete.</content>
public sealed partial class GroupCoordinator
{
    /// <summary>ConsumerGroupHeartbeat. Answers when what it changed is durable.</summary>
    public void ConsumerHeartbeat(
        int partition, ConsumerGroupHeartbeatRequest request, GroupClient client, Action<ConsumerGroupHeartbeatResponse> answer)
    {
        if (ConsumerRequests.WhyNot(request, client, _config) is { } refusal)
        {
            Mark.Hit("consumer-group.request-invalid");
            answer(ConsumerAnswers.Refused(refusal));
            return;
        }

        var error = ErrorOf(partition, request.GroupId, out var active);
        if (error != ErrorCode.None)
        {
            answer(ConsumerAnswers.Refused(error));
        }
        else if (active!.Find(request.GroupId) is { Line.IsBusy: true } group)
        {
            Wait(group, () => ConsumerHeartbeat(partition, request, client, answer), e => answer(ConsumerAnswers.Refused(e)));
        }
        else
        {
            _consumers.Heartbeats.Handle(active, request, client, answer);
        }
    }

    /// <summary>ConsumerGroupDescribe, one of them.</summary>
    public ConsumerGroupDescribeResponse.DescribedGroup DescribeConsumerGroup(int partition, Text groupId)
    {
        var error = ErrorOf(partition, groupId, out var active);
        return error != ErrorCode.None
            ? ConsumerDescriptions.Failed(groupId, error, Text.Null)
            : _consumers.Descriptions.Describe(active!.Find(groupId), groupId);
    }

    /// <summary>DeleteGroups, one of them. Answers when it is durable.</summary>
    public void DeleteGroup(int partition, Text groupId, Action<ErrorCode> answer)
    {
        var error = ErrorOf(partition, out var active);
        if (error != ErrorCode.None)
        {
            answer(error);
        }
        else if (active!.Find(groupId) is { Line.IsBusy: true } busy)
        {
            Wait(busy, () => DeleteGroup(partition, groupId, answer), answer);
        }
        else if (active.Find(groupId) is { PendingAppends: > 0 } group)
        {
            // A commit under way would outlive its group.
            Mark.Hit("group-delete.waited");
            group.WhenIdle.Enqueue(() => DeleteGroup(partition, groupId, answer));
        }
        else
        {
            GroupDeletions.Delete(active.Find(groupId), answer);
        }
    }

    /// <summary>OffsetDelete. Answers when the offsets are gone for good.</summary>
    public void DeleteOffsets(int partition, OffsetDeleteRequest request, Action<OffsetDeleteResponse> answer)
    {
        var error = ErrorOf(partition, out var active);
        if (error != ErrorCode.None)
        {
            answer(new OffsetDeleteResponse { ErrorCode = (short)error });
        }
        else
        {
            _deletions.DeleteOffsets(active!.Find(request.GroupId), request, answer);
        }
    }
}
