using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Simulator.Workloads;

namespace Deterministic.Simulator.Clients;

/// <summary>Requests of those who are no members of a group, about groups that others are at work in. Owned by its client process.</summary>
internal sealed class RefusedMembers(ClientProcess process)
{
    private const string Stranger = "nobody-00000000-0000-0000-0000-000000000000";
    private const int GenerationOfStranger = 100_000;

    private static readonly ErrorCode[] s_strange =
        [ErrorCode.UnknownMemberId, ErrorCode.IllegalGeneration, ErrorCode.GroupIdNotFound, ErrorCode.InconsistentGroupProtocol, ErrorCode.GroupMaxSizeReached, ErrorCode.FencedInstanceId];

    internal async Task<(ErrorCode[] Expected, List<ErrorCode> Errors)> AskAsync(RefusedRequest request, int variant)
    {
        var group = $"group-{variant % 2}";
        var connection = new GroupConnection(process, group);
        var error = request switch
        {
            RefusedRequest.HeartbeatOfStranger => await HeartbeatAsync(connection, group, variant),
            RefusedRequest.SyncOfStranger => await SyncAsync(connection, group),
            RefusedRequest.JoinOfStranger => await JoinAsync(connection, group, Stranger, sessionTimeoutMs: 6000),
            RefusedRequest.JoinSession => await JoinAsync(connection, group, "", sessionTimeoutMs: variant % 4 < 2 ? 1 : int.MaxValue),
            RefusedRequest.CommitOfStranger => await CommitAsync(connection, group),
            RefusedRequest.LeaveOfStranger => await LeaveAsync(connection, group),
            _ => throw new ArgumentException($"{request} is not about members", nameof(request)),
        };
        return (request switch
        {
            RefusedRequest.JoinSession => [ErrorCode.InvalidSessionTimeout],

            // A group on its way to the consumer protocol tells everybody to come again.
            RefusedRequest.HeartbeatOfStranger or RefusedRequest.SyncOfStranger => [.. s_strange, ErrorCode.RebalanceInProgress],
            _ => s_strange,
        }, [error]);
    }

    private static async Task<ErrorCode> HeartbeatAsync(GroupConnection connection, string group, int variant) => (ErrorCode)(await connection.AskAsync<HeartbeatRequest, HeartbeatResponse>(
        new HeartbeatRequest { GroupId = group, GenerationId = variant % 4 < 2 ? GenerationOfStranger : -1, MemberId = Stranger },
        static response => (ErrorCode)response.ErrorCode)).ErrorCode;

    private static async Task<ErrorCode> SyncAsync(GroupConnection connection, string group) => (ErrorCode)(await connection.AskAsync<SyncGroupRequest, SyncGroupResponse>(
        new SyncGroupRequest { GroupId = group, GenerationId = GenerationOfStranger, MemberId = Stranger, ProtocolType = "consumer", ProtocolName = "range" },
        static response => (ErrorCode)response.ErrorCode)).ErrorCode;

    private static async Task<ErrorCode> JoinAsync(GroupConnection connection, string group, string memberId, int sessionTimeoutMs)
    {
        var request = new JoinGroupRequest { GroupId = group, SessionTimeoutMs = sessionTimeoutMs, RebalanceTimeoutMs = 1000, MemberId = memberId, ProtocolType = "connect" };
        request.Protocols.Add(new JoinGroupRequest.JoinGroupRequestProtocol { Name = "compatible" });
        return (ErrorCode)(await connection.AskAsync<JoinGroupRequest, JoinGroupResponse>(request, static response => (ErrorCode)response.ErrorCode)).ErrorCode;
    }

    private static async Task<ErrorCode> LeaveAsync(GroupConnection connection, string group)
    {
        var response = await connection.AskAsync<LeaveGroupRequest, LeaveGroupResponse>(
            new LeaveGroupRequest
            {
                GroupId = group, MemberId = Stranger, Members = Seq<LeaveGroupRequest.MemberIdentity>.Of(new LeaveGroupRequest.MemberIdentity { MemberId = Stranger }),
            },
            static response => (ErrorCode)response.ErrorCode);
        return (ErrorCode)(response.ErrorCode != 0 || response.Members.Count == 0 ? response.ErrorCode : response.Members[0].ErrorCode);
    }

    private async Task<ErrorCode> CommitAsync(GroupConnection connection, string group)
    {
        var request = new OffsetCommitRequest { GroupId = group, GenerationIdOrMemberEpoch = GenerationOfStranger, MemberId = Stranger };
        request.Topics.Add(new OffsetCommitRequest.OffsetCommitRequestTopic
        {
            Name = process.Fleet.Workload.Topics[0].Name,
            Partitions = Seq<OffsetCommitRequest.OffsetCommitRequestPartition>.Of(new OffsetCommitRequest.OffsetCommitRequestPartition { CommittedMetadata = "" }),
        });
        return ErrorOf(await connection.AskAsync<OffsetCommitRequest, OffsetCommitResponse>(request, ErrorOf, versionMax: 9));
    }

    private static ErrorCode ErrorOf(OffsetCommitResponse response) => (ErrorCode)response.Topics[0].Partitions[0].ErrorCode;
}
