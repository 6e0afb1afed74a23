using Deterministic.Kernel;
using Deterministic.Server.Connections;
using Deterministic.Server.Controller;

namespace Deterministic.Server.Moves;

/// <content>The end of a move.</content>
internal sealed partial class DirectoryMoves
{
    private void Bind(DirectoryMove move)
    {
        if (move.Future.BecomeEqual(move.Partition.Log))
        {
            move.IsBound = true;
            Conversation.Start(DecideAsync(move), Shard);
        }
    }

    /// <summary>The replica is equal: what it says of itself goes to disk, then the metadata names it.</summary>
    private async Task DecideAsync(DirectoryMove move)
    {
        var partition = move.Partition;
        if (!await shard.WriteCheckpoints!() || move.Future.IsOffline)
        {
            Mark.Hit("move.checkpoints-not-written");
            if (!move.HasEnded)
            {
                Unbind(move);
            }

            return;
        }

        if (move.HasEnded)
        {
            return;
        }

        var destination = move.Destination.Directory.Properties!.DirectoryId;
        await Assign!(new DirectoryAssignment(partition.TopicId, partition.TopicPartition.Partition, destination));
        if (move.HasEnded || partition.IsGone)
        {
            return;
        }

        var isAssigned = shard.Image.FindPartition(partition.TopicId, partition.TopicPartition.Partition)?.DirectoryOf(shard.NodeId) == destination;
        if (!isAssigned)
        {
            Mark.Hit("move.not-assigned");
            Unbind(move);
        }
        else if (move.Future.IsOffline)
        {
            Mark.Hit("move.assigned-to-failed-directory");
            Lose(move, move.Destination.Failure!);
        }
        else
        {
            move.IsAssigned = true;
            Wake(move);
        }
    }

    /// <summary>Nothing was decided: the current replica alone counts, and the move goes on a little later, or not if its destination is gone.</summary>
    private void Unbind(DirectoryMove move)
    {
        move.IsBound = false;
        var partition = move.Partition;
        if (move.Future.IsOffline)
        {
            Leave(partition, clean: false);
        }
        else
        {
            WakeIn(RetryMs, move);
        }

        partition.OnDurable(partition.Log, partition.Log.DurableEndOffset);
    }

    private void Finish(DirectoryMove move)
    {
        var partition = move.Partition;
        var former = partition.Log;
        try
        {
            var promoted = move.Future.Promote(partition);
            if (promoted.LogEndOffset != former.LogEndOffset)
            {
                Mark.Hit("move.promoted-shorter");
                promoted.Close(clean: false);
                throw new InvalidDataException($"{promoted.Path} ends at {promoted.LogEndOffset} and was written up to {former.LogEndOffset}");
            }

            promoted.TakeStateOf(former);
            End(move);
            partition.Open(promoted);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            Mark.Hit("move.not-finished");
            Lose(move, e as IOException ?? new IOException(e.Message, e));
            return;
        }

        Mark.Hit("move.finished");
        ServerLog.MoveFinished(shard.Log, partition.TopicPartition, former.Directory.Path, partition.Log.Directory.Path);
        former.Delete(NewUnique());
        if (move.Next is { } next && !ReferenceEquals(next.Directory, partition.Log.Directory))
        {
            Begin(partition, next);
        }
    }

    /// <summary>The replica that counts is where the disk failed.</summary>
    private static void Lose(DirectoryMove move, IOException error)
    {
        End(move);
        move.Partition.OnFailed(move.Partition.Log, error);
    }
}
