namespace Deterministic.Host.Commands.Groups;

/// <summary>Where <c>--reset-offsets</c> moves a group: a kind and its number (offset, shift or milliseconds since 1970) or file.</summary>
internal sealed record ResetTarget(ResetKind Kind, long Number = 0, string? File = null);
