namespace Deterministic.Kernel.Ports;

/// <summary>What must be true of a file before it is opened.</summary>
public enum FileOpening
{
    /// <summary>It must be there.</summary>
    Existing,

    /// <summary>It must be there; only reads will follow.</summary>
    ReadOnly,

    /// <summary>It is made when absent.</summary>
    OrCreate,

    /// <summary>It is made, or emptied when it is there.</summary>
    Empty,
}
