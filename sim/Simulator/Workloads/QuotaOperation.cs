namespace Deterministic.Simulator.Workloads;

/// <summary>A client sets or removes a quota of its own client id, and looks at what is set; part of a plan.</summary>
public sealed record QuotaOperation : PlannedOperation
{
    /// <summary>Which quota, such as <c>producer_byte_rate</c>.</summary>
    public required string Key { get; init; }

    /// <summary>How much; null removes it.</summary>
    public double? Value { get; init; }

    /// <summary>Whether it is only asked if it could be done.</summary>
    public bool ValidateOnly { get; init; }
}
