using Deterministic.Simulator.Faults;

namespace Deterministic.Simulator.Networks;

/// <summary>
/// A window in which something is wrong with links or nodes; faults of different windows add up. Counts as a fault that took
/// effect when it first hits something. Lives from the call that began it until it is healed.
/// </summary>
public sealed class NetworkFault
{
    private readonly NetworkFaults _faults;
    private readonly List<Link> _links = [];
    private readonly LinkFault _what;
    private bool _hasHit;

    internal NetworkFault(NetworkFaults faults, FaultKind kind, LinkFault what, NetworkCard? card = null)
    {
        _faults = faults;
        _what = what;
        Kind = kind;
        Card = card;
    }

    /// <summary>What kind it is.</summary>
    public FaultKind Kind { get; }

    /// <summary>Until it is healed.</summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>The node that admits no connections, for a fault of a node.</summary>
    internal NetworkCard? Card { get; private set; }

    /// <summary>Ends it; fine when it has ended already.</summary>
    public void Heal() => HealWhere(static _ => true, static _ => true);

    internal void Act(Link link)
    {
        _links.Add(link);
        link.Add(this, _what);
    }

    /// <summary>Of a fault that comes and goes: it stops acting, or acts again, on its links.</summary>
    internal void SetActing(bool acts)
    {
        foreach (var link in _links)
        {
            link.Remove(this);
            if (acts)
            {
                link.Add(this, _what);
            }
        }
    }

    /// <summary>Ends it on some links and nodes; what is left goes on.</summary>
    internal void HealWhere(Predicate<Link> onLink, Predicate<NetworkCard> onNode)
    {
        for (var i = _links.Count - 1; i >= 0; i--)
        {
            var link = _links[i];
            if (onLink(link))
            {
                _links.RemoveAt(i);
                link.Remove(this);
            }
        }

        Card = Card is not null && onNode(Card) ? null : Card;
        if (IsActive && _links.Count == 0 && Card is null)
        {
            IsActive = false;
            _faults.OnHealed(this);
        }
    }

    internal void OnHit()
    {
        if (!_hasHit)
        {
            _hasHit = true;
            _faults.Count(Kind);
        }
    }
}
