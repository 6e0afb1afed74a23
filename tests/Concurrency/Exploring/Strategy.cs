namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>How the next thread to run is chosen.</summary>
public enum Strategy
{
    /// <summary>The thread of the highest priority; priorities change at a few chosen steps.</summary>
    Prioritization,

    /// <summary>The same thread as before, except now and then.</summary>
    Probabilistic,

    /// <summary>Any thread, at every step.</summary>
    Random,
}
