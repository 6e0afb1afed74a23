namespace Deterministic.Simulator.Observing;

/// <summary>One producer of a <see cref="ProducerModel"/>.</summary>
internal sealed class ModelledProducer
{
    /// <summary>Its epoch.</summary>
    internal short Epoch { get; set; } = -1;

    /// <summary>The batches of that epoch, in order.</summary>
    internal List<KnownBatch> Batches { get; } = [];

    /// <summary>The epoch of the coordinator that wrote its last marker; -1 for none.</summary>
    internal int CoordinatorEpoch { get; set; } = -1;

    /// <summary>Where that marker stands.</summary>
    internal long MarkerOffset { get; set; } = -1;

    /// <summary>First offset of the open transaction, or -1.</summary>
    internal long OpenSince { get; set; } = -1;

    /// <summary>The last offset it wrote, markers included.</summary>
    internal long LastOffset { get; set; }

    /// <summary>When it was last heard of, by the wall clock of the node.</summary>
    internal long SeenMs { get; set; }
}
