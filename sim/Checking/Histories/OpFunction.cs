namespace Deterministic.Checking.Histories;

/// <summary>What an operation does; part of an <see cref="Op"/>.</summary>
public enum OpFunction
{
    /// <summary>One or more <see cref="SendMop"/>s; a transaction when the producer has a transactional id.</summary>
    Send,

    /// <summary>One or more <see cref="PollMop"/>s, with the <see cref="CommitOffsetMop"/>s that belong to it.</summary>
    Poll,

    /// <summary>A transaction of sends, polls and offset commits.</summary>
    Txn,

    /// <summary>The consumer now reads exactly the logs of the <see cref="AssignMop"/>s.</summary>
    Assign,

    /// <summary>The consumer now follows the topics of the <see cref="AssignMop"/>s (their partitions do not matter).</summary>
    Subscribe,

    /// <summary>The client was killed; its process id must not be used again.</summary>
    Crash,

    /// <summary>OffsetCommit: <see cref="CommitOffsetMop"/>s.</summary>
    CommitOffsets,

    /// <summary>OffsetFetch: <see cref="FetchOffsetMop"/>s.</summary>
    FetchOffsets,

    /// <summary>ListOffsets: <see cref="LogOffsetsMop"/>s.</summary>
    ListOffsets,

    /// <summary>InitProducerId: from here on the process owns the transactional id of its producer.</summary>
    InitProducer,
}
