using Deterministic.Kernel;

namespace Deterministic.Server.Moves;

/// <summary>
/// How fast work in the background of one shard may read and write: the moves between log directories, and the cleaner. What was not used
/// in a second is gone. Owned by the shard, lives as long.
/// </summary>
internal sealed class ByteThrottle(Shard shard)
{
    private const int MsPerSecond = 1000;

    private double _allowed;
    private long _lastMs = -1;

    /// <summary>How many bytes may be worked through now, after <see cref="WaitMs"/> said that some may.</summary>
    internal int AllowedBytes(long bytesPerSecond, int max) => bytesPerSecond == long.MaxValue ? max : (int)Math.Clamp(_allowed, 1, max);

    /// <summary>How many milliseconds from now something may be done; 0 for now.</summary>
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

    /// <summary>So much was done; a batch that is larger than what was left is paid for afterwards.</summary>
    internal void Take(long bytes) => _allowed -= bytes;
}
