using Deterministic.Kernel;

namespace Deterministic.Server.Groups;

/// <summary>
/// The line before a group: while a change of its members is being written, what depends on them waits its turn, so that every
/// decision knows the one before it. Owned by the group.
/// </summary>
internal sealed class GroupLine
{
    /// <summary>How many may wait; who comes then is told to come again.</summary>
    internal const int WaitingMax = 10_000;

    private readonly Queue<Action> _waiting = new();

    /// <summary>Whether a change is being written.</summary>
    internal bool IsBusy { get; private set; }

    /// <summary>How many wait.</summary>
    internal int WaitingCount => _waiting.Count;

    /// <summary>A change begins to be written.</summary>
    internal void Enter()
    {
        Check.That(!IsBusy, "two changes of the members of one group at once");
        IsBusy = true;
    }

    /// <summary>Runs when it is its turn; false when too many wait.</summary>
    internal bool TryWait(Action turn)
    {
        if (_waiting.Count >= WaitingMax)
        {
            Mark.Hit("group-line.too-long");
            return false;
        }

        Mark.Hit("group-line.waited");
        _waiting.Enqueue(turn);
        return true;
    }

    /// <summary>The change is written, or never will be: the next ones get their turn, until one of them enters.</summary>
    internal void Leave()
    {
        IsBusy = false;
        while (!IsBusy && _waiting.TryDequeue(out var turn))
        {
            turn();
        }
    }
}
