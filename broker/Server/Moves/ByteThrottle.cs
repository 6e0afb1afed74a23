using Deterministic.Kernel;

namespace Deterministic.Server.Moves;

/// <summary>
/// How fast the moves of one shard may copy: its share of <c>replica.alter.log.dirs.io.max.bytes.per.second</c>. What was not used in a
/// second is gone. Owned by the shard, lives as long.
/// </summary>
internal sealed class MoveThrottle(Shard shard)
{
    private const int MsPerSecond = 1000;

    private double _allowed;
    private long _lastMs = -1;

    /// <summary>How many bytes may be copied now, after <see cref="WaitMs"/> said that some may.</summary>
    internal int AllowedBytes(long bytesPerSecond, int max) => bytesPerSecond == long.MaxValue ? max : (int)Math.Clamp(_allowed, 1, max);

    /// <summary>How many milliseconds from now something may be copied; 0 for now.</summary>
    internal long WaitMs(long bytesPerSecond)
    {
        if (bytesPerSecond == long.MaxValue)
        {
            return 0;
        }

        var nowMs = shard.MonotonicMs;
        if (_lastMs < 0)
        {
            _lastMs = nowMs;
        }

        var rate = Math.Max(1, bytesPerSecond) / (double)MsPerSecond;
        _allowed = Math.Min(Math.Max(1, bytesPerSecond), _allowed + ((nowMs - _lastMs) * rate));
        _lastMs = nowMs;
        return _allowed >= 1 ? 0 : Math.Max(1, (long)Math.Ceiling((1 - _allowed) / rate));
    }

    /// <summary>So much was copied; a batch that is larger than what was left is paid for afterwards.</summary>
    internal void Take(int bytes) => _allowed -= bytes;
}
