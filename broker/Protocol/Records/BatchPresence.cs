namespace Deterministic.Protocol.Records;

/// <summary>What stands at a place where a record batch may begin.</summary>
public enum BatchPresence
{
    /// <summary>No bytes.</summary>
    End,

    /// <summary>A batch of which not all bytes are there.</summary>
    Partial,

    /// <summary>All bytes of a batch, as far as length and magic tell; the CRC was not checked.</summary>
    Whole,

    /// <summary>A length or magic that no batch v2 has.</summary>
    Malformed,
}
