namespace Deterministic.Checking.Histories;

/// <summary>What <see cref="HistoryRecorder.Invoke"/> hands out and its completion gives back, once.</summary>
public readonly record struct OpToken(int InvokeIndex, int Process);
