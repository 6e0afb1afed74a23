namespace Deterministic.Simulator.Networks;

/// <summary>What faults do to one link; the default does nothing.</summary>
internal readonly record struct LinkFault
{
    /// <summary>What is sent gets lost.</summary>
    internal bool IsCut { get; init; }

    /// <summary>What is sent is held back.</summary>
    internal bool IsClogged { get; init; }

    /// <summary>How many times the link's own latency it takes.</summary>
    internal int LatencyFactor { get; init; }

    /// <summary>By how much the rate is less.</summary>
    internal int RateDivisor { get; init; }

    /// <summary>Odds out of 1000 that a segment is lost and comes with a retransmission.</summary>
    internal int DropPerMille { get; init; }

    /// <summary>Odds out of 1000 that a bit of what is delivered is flipped.</summary>
    internal int CorruptPerMille { get; init; }

    /// <summary>Whether any bit may be flipped, not only those that a checksum protects.</summary>
    internal bool CorruptsAnywhere { get; init; }

    /// <summary>Odds out of 1000 that what arrives is lost with its connection.</summary>
    internal int LosePerMille { get; init; }

    /// <summary>Both at once.</summary>
    internal LinkFault Over(LinkFault other) => new()
    {
        IsCut = IsCut || other.IsCut,
        IsClogged = IsClogged || other.IsClogged,
        LatencyFactor = Math.Max(LatencyFactor, other.LatencyFactor),
        RateDivisor = Math.Max(RateDivisor, other.RateDivisor),
        DropPerMille = Math.Max(DropPerMille, other.DropPerMille),
        CorruptPerMille = Math.Max(CorruptPerMille, other.CorruptPerMille),
        CorruptsAnywhere = CorruptsAnywhere || other.CorruptsAnywhere,
        LosePerMille = Math.Max(LosePerMille, other.LosePerMille),
    };
}
