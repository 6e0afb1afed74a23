namespace Deterministic.Simulator.Clients;

/// <summary>What has become of a batch of a producer.</summary>
internal enum BatchState
{
    /// <summary>It waits to be sent, for the first time or again.</summary>
    Waiting,

    /// <summary>A request with it is under way.</summary>
    InFlight,

    /// <summary>It was appended.</summary>
    Appended,

    /// <summary>It was not appended and never will be.</summary>
    Refused,

    /// <summary>Nobody knows, and the producer has given up.</summary>
    Unknown,
}
