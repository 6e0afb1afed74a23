namespace Deterministic.Simulator.Networks;

/// <summary>
/// How long what a sender sent has not been acknowledged; when that is too long, it gives up. Only set when something holds
/// bytes or their acknowledgement back. Owned by its <see cref="Pipe"/>.
/// </summary>
internal sealed class RetransmissionTimer(SimNetwork network, Link link, StreamEnd sender)
{
    private const long Never = long.MaxValue;

    private static readonly Action<object?> s_due = static timer => ((RetransmissionTimer)timer!).OnDue();

    private long _sinceUs = Never;
    private bool _isSet;

    internal void OnAcknowledged() => _sinceUs = Never;

    internal void OnUnacknowledged()
    {
        _sinceUs = _sinceUs == Never ? network.World.NowUs : _sinceUs;
        if (!_isSet)
        {
            _isSet = true;
            link.At(_sinceUs + network.Settings.RetransmissionTimeoutUs, s_due, this);
        }
    }

    private void OnDue()
    {
        _isSet = false;
        if (_sinceUs == Never)
        {
            return;
        }

        if (network.World.NowUs < _sinceUs + network.Settings.RetransmissionTimeoutUs)
        {
            OnUnacknowledged();
        }
        else
        {
            sender.GiveUp("timed out");
        }
    }
}
