using Deterministic.Server.Replication;
using Deterministic.Storage;

namespace Deterministic.Server.Moves;

/// <summary>
/// One partition on its way to another log directory. Owned by the partition's shard; lives until the future replica has taken the
/// current one's place, or the move was given up.
/// <para>States: copying -> bound (the future replica is equal, and nothing counts as stored that is not in both) -> assigned (the metadata
/// names the destination: from here on its replica is the one that counts) -> ended.</para>
/// </summary>
internal sealed class DirectoryMove(DirectoryMoves moves, Partition partition, GroupCommit destination) : ILogListener
{
    /// <summary>What moves.</summary>
    internal Partition Partition => partition;

    /// <summary>Where to.</summary>
    internal GroupCommit Destination => destination;

    /// <summary>The future replica.</summary>
    internal PartitionLog Future { get; set; } = null!;

    /// <summary>Whether records count as stored only when the future replica has them too.</summary>
    internal bool IsBound { get; set; }

    /// <summary>Whether the metadata names the destination.</summary>
    internal bool IsAssigned { get; set; }

    /// <summary>Whether it is over.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>Where somebody asked for the partition while it was too late to turn back; null for nowhere else.</summary>
    internal GroupCommit? Next { get; set; }

    /// <summary>Whether it waits in the line of those that have something to do.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Records were appended to the current replica.</summary>
    internal void OnAppended()
    {
        if (IsBound)
        {
            moves.Wake(this);
        }
    }

    /// <inheritdoc/>
    public void OnDurable(PartitionLog log, long durableEndOffset)
    {
        if (IsBound && !HasEnded)
        {
            partition.OnDurable(log, durableEndOffset);
        }
    }

    /// <inheritdoc/>
    public void OnFailed(PartitionLog log, IOException error) => DirectoryMoves.OnDestinationFailed(this);
}
