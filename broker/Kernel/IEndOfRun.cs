namespace Deterministic.Kernel;

/// <summary>Work that a shard does once for everything it drained in a run: one write, one flush, one send.</summary>
public interface IEndOfRun
{
    /// <summary>Kept by the shard: whether it stands in the list of the current run.</summary>
    bool IsScheduled { get; set; }

    /// <summary>The run has drained. May ask for end-of-run work again; that is done at the end of the next run.</summary>
    void OnEndOfRun();
}
