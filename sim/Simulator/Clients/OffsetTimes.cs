namespace Deterministic.Simulator.Clients;

/// <summary>The timestamps that mean an offset to ListOffsets.</summary>
internal static class OffsetTimes
{
    internal const long Latest = -1;
    internal const long Earliest = -2;
    internal const long MaxTimestamp = -3;

    /// <summary>The first version of ListOffsets that knows <see cref="MaxTimestamp"/>.</summary>
    internal const short FirstVersionWithMaxTimestamp = 7;
}
