namespace Deterministic.Raft;

/// <summary>The quorum cannot start or go on: what is on disk is damaged, foreign or of a newer release. The message says which file and why. Fatal.</summary>
public sealed class RaftException(string message, Exception? inner = null) : Exception(message, inner);
