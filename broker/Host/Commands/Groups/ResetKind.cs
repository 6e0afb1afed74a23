namespace Deterministic.Host.Commands.Groups;

/// <summary>The scenarios of <c>--reset-offsets</c>.</summary>
internal enum ResetKind
{
    /// <summary>The first offset.</summary>
    Earliest,

    /// <summary>The end.</summary>
    Latest,

    /// <summary>Where the group is, or the end where it is nowhere yet.</summary>
    Current,

    /// <summary>A given offset, within the log.</summary>
    Offset,

    /// <summary>So much further than where the group is, within the log.</summary>
    Shift,

    /// <summary>The first record of a time, or the end.</summary>
    Time,

    /// <summary>What a file says, within the log.</summary>
    File,
}
