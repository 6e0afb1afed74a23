namespace Deterministic.Protocol.Records;

/// <summary>The types of control records.</summary>
public enum ControlRecordType : short
{
    /// <summary>The transaction was aborted.</summary>
    Abort = 0,

    /// <summary>The transaction was committed.</summary>
    Commit = 1,

    /// <summary>A new leader of the metadata quorum, first in its epoch (KIP-595).</summary>
    LeaderChange = 2,

    /// <summary>The first record of a metadata snapshot (KIP-630).</summary>
    SnapshotHeader = 3,

    /// <summary>The last record of a metadata snapshot.</summary>
    SnapshotFooter = 4,

    /// <summary>The version of the quorum protocol (KIP-853).</summary>
    KRaftVersion = 5,

    /// <summary>The voters of the metadata quorum (KIP-853).</summary>
    KRaftVoters = 6,
}
