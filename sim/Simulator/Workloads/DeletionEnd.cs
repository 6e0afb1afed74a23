namespace Deterministic.Simulator.Workloads;

/// <summary>Up to where records are deleted.</summary>
public enum DeletionEnd
{
    /// <summary>Some offsets before the end of the log as the client knows it.</summary>
    BeforeEnd,

    /// <summary>The high watermark, wherever that is.</summary>
    HighWatermark,

    /// <summary>Beyond the end of the log, which must be refused.</summary>
    BeyondEnd,
}
