using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Transactions;

namespace Deterministic.Server.Groups;

/// <content>Offsets that are committed in transactions.</content>
public sealed partial class GroupCoordinator
{
    /// <summary>TxnOffsetCommit in a transaction that is open in that partition. Answers when the offsets are durable.</summary>
    public void CommitOffsets(int partition, TxnOffsetCommitRequest request, Action<TxnOffsetCommitResponse> answer)
    {
        if (TransactionalCommitError(partition, request.GroupId) is var error and not ErrorCode.None)
        {
            answer(TransactionalCommits.Failed(request, error));
        }
        else if (_partitions[partition].Find(request.GroupId) is { Line.IsBusy: true } group)
        {
            Wait(group, () => CommitOffsets(partition, request, answer), e => answer(TransactionalCommits.Failed(request, e)));
        }
        else
        {
            _transactionalCommits.Handle(_partitions[partition], request, answer);
        }
    }

    /// <summary>Why offsets of that group cannot be committed here in a transaction; NONE when they can.</summary>
    public ErrorCode TransactionalCommitError(int partition, Text groupId) => ErrorOf(partition, groupId, out _);

    /// <summary>A transaction ended: writes its marker and lets its offsets count, or drops them. Answers when that is durable and done.</summary>
    public void EndTransaction(int partition, TransactionMarker marker, Action<ErrorCode> done)
    {
        var error = ErrorOf(partition, out var active);
        if (error != ErrorCode.None)
        {
            done(error);
        }
        else
        {
            active!.Append(marker, done);
        }
    }
}
