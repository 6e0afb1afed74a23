namespace Deterministic.Checking;

/// <summary>The names of everything that the checker can find, as reports print them. The README explains each.</summary>
public static class AnomalyNames
{
    public const string InconsistentOffsets = "inconsistent-offsets";
    public const string Duplicate = "duplicate";
    public const string LostWrite = "lost-write";
    public const string UnboundedLoss = "unbounded-loss";
    public const string Unseen = "unseen";
    public const string AbortedRead = "G1a";
    public const string IntermediateRead = "G1b";
    public const string PrecommittedRead = "precommitted-read";
    public const string Phantom = "phantom";
    public const string IntPollSkip = "int-poll-skip";
    public const string IntNonmonotonicPoll = "int-nonmonotonic-poll";
    public const string IntSendSkip = "int-send-skip";
    public const string IntNonmonotonicSend = "int-nonmonotonic-send";
    public const string PollSkip = "poll-skip";
    public const string NonmonotonicPoll = "nonmonotonic-poll";
    public const string NonmonotonicSend = "nonmonotonic-send";
    public const string G0 = "G0";
    public const string G0Realtime = "G0-realtime";
    public const string G1c = "G1c";
    public const string G1cRealtime = "G1c-realtime";
    public const string Pl1CycleExists = "PL-1-cycle-exists";
    public const string StrongPl1CycleExists = "strong-PL-1-cycle-exists";
    public const string Pl2CycleExists = "PL-2-cycle-exists";
    public const string StrongPl2CycleExists = "strong-PL-2-cycle-exists";
    public const string EmptyTransactionGraph = "empty-transaction-graph";
    public const string TornTransaction = "torn-transaction";
    public const string ZombieCommit = "zombie-commit";
    public const string CommittedOffsetRegression = "committed-offset-regression";
    public const string CommittedOffsetLost = "committed-offset-lost";
    public const string CommittedOffsetPhantom = "committed-offset-phantom";
    public const string CommittedOffsetBeyondLogEnd = "committed-offset-beyond-log-end";
    public const string ExactlyOnceDuplicate = "exactly-once-duplicate";
    public const string ExactlyOnceMissing = "exactly-once-missing";
    public const string StuckLastStableOffset = "stuck-last-stable-offset";
}
