namespace Deterministic.Simulator.Workloads;

/// <summary>What a client that means no good, or that is broken, does to a broker.</summary>
public enum HostileKind
{
    /// <summary>Sends what Apache Kafka was once sent of odd and of good requests.</summary>
    Recorded,

    /// <summary>A recorded request with a byte changed behind its header.</summary>
    Flipped,

    /// <summary>A recorded request that ends too early, in a frame that says so.</summary>
    Truncated,

    /// <summary>The beginning of a frame, and then nothing.</summary>
    HalfFrame,

    /// <summary>A frame whose length is a little too large or too small, and another behind it.</summary>
    WrongLength,

    /// <summary>A length that nobody may send.</summary>
    HugeLength,

    /// <summary>An API that does not exist, or a version of one that does not.</summary>
    UnknownApi,

    /// <summary>Bytes without meaning.</summary>
    Noise,

    /// <summary>Many requests, and none of the answers is received.</summary>
    Unread,
}
