namespace Deterministic.Simulator.Observing;

/// <summary>A <see cref="ProducerModel"/> that follows the history of one log, starting over when the history was cut. Owned by an invariant.</summary>
internal sealed class ProducerReplay
{
    private int _next;
    private int _cuts;

    /// <summary>What the history comes down to, up to where it was followed.</summary>
    internal ProducerModel Model { get; private set; } = new();

    /// <summary>Takes in the batches up to a position in the history, which is by default all there are.</summary>
    internal void Follow(LogHistory history, int? upTo = null)
    {
        if (_cuts != history.Cuts)
        {
            _cuts = history.Cuts;
            _next = 0;
            Model = new ProducerModel();
        }

        for (var end = upTo ?? history.Batches.Count; _next < end; _next++)
        {
            Model.Take(history.Batches[_next]);
        }
    }
}
