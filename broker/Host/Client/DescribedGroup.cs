namespace Deterministic.Host.Client;

/// <summary>A group as its coordinator describes it; epochs are null for a group of the classic protocol.</summary>
internal sealed record DescribedGroup(
    string State, string Protocol, Coordinator Coordinator, int? Epoch, int? AssignmentEpoch, IReadOnlyList<DescribedMember> Members)
{
    /// <summary>What the coordinator answers about a group that is not there.</summary>
    internal const string Dead = "Dead";

    /// <summary>The state of a group without members.</summary>
    internal const string Empty = "Empty";
}
