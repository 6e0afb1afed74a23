namespace Deterministic.Simulator.Exploring;

/// <summary>By what Coyote chooses.</summary>
public enum Guidance
{
    /// <summary>Every choice has the same odds.</summary>
    Random,

    /// <summary>
    /// Choices that led to states seen often lose their odds, over all runs of the batch. From about 200 visits of one state on Coyote
    /// cannot tell its odds apart any more and always takes the highest number: states must be told apart finely (with the time, for
    /// example), and batches be small.
    /// </summary>
    QLearning,
}
