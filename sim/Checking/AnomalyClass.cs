namespace Deterministic.Checking;

/// <summary>What an anomaly says about the run; part of an <see cref="Anomaly"/>.</summary>
public enum AnomalyClass
{
    /// <summary>The cluster broke a promise: the history is invalid.</summary>
    Bad,

    /// <summary>Kafka never promised otherwise; reported for information.</summary>
    Allowed,

    /// <summary>The faults of this run were allowed to do it (<see cref="CheckOptions.ExcusedLoss"/>, acks below all).</summary>
    Excused,
}
