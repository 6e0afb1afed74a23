namespace Deterministic.Checking;

/// <summary>The verdict in one word; part of a <see cref="CheckVerdict"/>.</summary>
public enum CheckOutcome
{
    /// <summary>Enough was seen, and nothing of it is bad.</summary>
    Valid,

    /// <summary>Something bad was seen.</summary>
    Invalid,

    /// <summary>Nothing bad was seen, but too little was tested to call the history valid.</summary>
    Inconclusive,
}
