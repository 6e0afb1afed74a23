namespace Deterministic.Host.Commands;

/// <summary>A part of an entity with quotas, as a command names it: every one of a kind, the default, or one by its name.</summary>
internal sealed record QuotaTarget(string Kind, string? Name, bool IsDefault)
{
    /// <summary>Whether all of the kind are meant.</summary>
    internal bool IsAny => Name is null && !IsDefault;
}
