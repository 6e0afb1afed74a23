namespace Deterministic.Host.Client;

/// <summary>A group as its coordinator describes it.</summary>
internal sealed record DescribedGroup(string State, string Protocol, IReadOnlyList<DescribedMember> Members);
