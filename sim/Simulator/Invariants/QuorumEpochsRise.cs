using System.Globalization;
using System.Text;
using Deterministic.Raft;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// A node leads the quorum in an epoch that no life before led in, and its quorum-state says so, durably, before a record of
/// that epoch is in the log.
/// </summary>
internal sealed class QuorumEpochsRise(World world, Func<string, bool> mayHarm) : IInvariant
{
    private const string EpochField = "\"leaderEpoch\":";
    private readonly Dictionary<string, (int Life, int Epoch)> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "quorum-epochs-rise";

    /// <inheritdoc/>
    public void OnMoved(BrokerWatch watch, WatchedLog log)
    {
        if (!log.IsMetadata || watch.Parts is not { } parts || mayHarm(log.Log!.Path))
        {
            return;
        }

        var node = watch.Broker.Node;
        var epoch = parts.Controller.Raft.LeaderEpoch;
        var life = node.Process?.Life ?? 0;
        if (epoch == 0)
        {
            return;
        }

        if (_known.TryGetValue(node.Name, out var known) && (life == known.Life ? epoch != known.Epoch : epoch <= known.Epoch))
        {
            world.Fail(Name, $"{node.Name} leads the quorum in epoch {epoch} in its life {life}; in its life {known.Life} it was {known.Epoch}");
        }

        if (known.Life != life)
        {
            CheckState(watch, log, epoch);
        }

        _known[node.Name] = (life, epoch);
    }

    private void CheckState(BrokerWatch watch, WatchedLog log, int epoch)
    {
        var path = $"{log.Log!.Path}/{QuorumState.FileName}";
        var text = Encoding.UTF8.GetString(watch.Disk.ReadAll(path));
        var at = text.IndexOf(EpochField, StringComparison.Ordinal);
        var rest = at < 0 ? "" : text[(at + EpochField.Length)..];
        var end = rest.AsSpan().IndexOfAnyExceptInRange('0', '9');
        var isStated = end > 0
            && int.TryParse(rest.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var stated) && stated == epoch;
        if (!isStated || !watch.Disk.IsDurable(path, 0, watch.Disk.LengthOf(path)))
        {
            world.Fail(Name, $"{log}: epoch {epoch} is in the log, and {path} does not durably say so: {text}");
        }
    }
}
