namespace Deterministic.Simulator.Networks;

/// <summary>What the cables and the operating systems' streams of a run are like when nothing is wrong. Immutable; drawn before the run.</summary>
public sealed record NetworkSettings
{
    /// <summary>The least time that a link takes, in microseconds; each link draws its own between this and <see cref="LatencyMaxUs"/>.</summary>
    public int LatencyMinUs { get; init; } = 50;

    /// <summary>The most that a link takes when nothing else delays it, in microseconds.</summary>
    public int LatencyMaxUs { get; init; } = 1_000;

    /// <summary>What a segment may take longer than its link's own time, in microseconds; small delays are as frequent as large ones.</summary>
    public int JitterMaxUs { get; init; } = 4_000;

    /// <summary>What a link carries, in bytes a second.</summary>
    public long BytesPerSecond { get; init; } = 125_000_000;

    /// <summary>Bytes of one direction of a connection that are sent and not yet read; a sender waits for room.</summary>
    public int WindowBytes { get; init; } = 128 * 1024;

    /// <summary>Odds out of 1000 that what is sent at once arrives in two parts, cut anywhere.</summary>
    public int SplitPerMille { get; init; } = 30;

    /// <summary>Connections of a listener that wait to be accepted; one more is refused.</summary>
    public int Backlog { get; init; } = 50;

    /// <summary>How long a connect waits for an answer, in microseconds.</summary>
    public long ConnectTimeoutUs { get; init; } = 10_000_000;

    /// <summary>The first retransmission of a segment that was lost, in microseconds; each further one takes twice as long.</summary>
    public long RetransmitUs { get; init; } = 200_000;

    /// <summary>The longest time between two retransmissions, in microseconds: as long after a cut has healed, streams may stand still.</summary>
    public long RetransmitMaxUs { get; init; } = 3_000_000;

    /// <summary>How long a sender retransmits before its stream breaks, in microseconds.</summary>
    public long RetransmissionTimeoutUs { get; init; } = 120_000_000;
}
