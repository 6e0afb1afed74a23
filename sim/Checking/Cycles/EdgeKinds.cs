namespace Deterministic.Checking.Cycles;

/// <summary>Why one op comes before another.</summary>
[Flags]
internal enum EdgeKinds : byte
{
    None = 0,

    /// <summary>Its record stands directly before the other's in a log.</summary>
    WriteWrite = 1,

    /// <summary>The other polled its record.</summary>
    WriteRead = 2,

    /// <summary>It was ok before the other was invoked.</summary>
    Realtime = 4,
}
