using Deterministic.Checking;
using Deterministic.Checking.Histories;
using Deterministic.Simulator.Faults;

namespace Deterministic.Simulator.Runs;

/// <summary>
/// Judges what the clients of a run saw, and knows what its fault plan gave up: where records may be destroyed, what follows from
/// their loss is no violation; wrong data is one everywhere. Stateless.
/// </summary>
internal static class HistoryJudge
{
    /// <summary>What a broker that forgot acknowledged records shows to clients that remember them.</summary>
    private static readonly string[] s_followsFromLoss =
    [
        AnomalyNames.InconsistentOffsets, AnomalyNames.Duplicate, AnomalyNames.LostWrite, AnomalyNames.UnboundedLoss, AnomalyNames.Unseen,
        AnomalyNames.IntPollSkip, AnomalyNames.IntNonmonotonicPoll, AnomalyNames.IntNonmonotonicSend, AnomalyNames.PollSkip,
        AnomalyNames.NonmonotonicPoll, AnomalyNames.NonmonotonicSend, AnomalyNames.CommittedOffsetRegression,
        AnomalyNames.CommittedOffsetLost, AnomalyNames.CommittedOffsetBeyondLogEnd,
    ];

    /// <summary>The first anomaly that nothing excuses, named <c>history.NAME</c>; null when there is none.</summary>
    internal static (string Invariant, string Message)? Judge(History history, CheckOptions options, FaultPlan plan)
    {
        foreach (var anomaly in HistoryChecker.Check(history, options).Anomalies)
        {
            if (anomaly.Class == AnomalyClass.Bad && !IsExcused(anomaly, plan))
            {
                return ($"history.{anomaly.Name}", anomaly.ToString());
            }
        }

        return null;
    }

    private static bool IsExcused(Anomaly anomaly, FaultPlan plan) =>
        s_followsFromLoss.Contains(anomaly.Name, StringComparer.Ordinal)
        && (plan.IsAllExpendable || (anomaly.Key is { } key && plan.ExpendableTopics.Contains(key.Topic, StringComparer.Ordinal)));
}
