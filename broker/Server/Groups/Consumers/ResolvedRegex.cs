using System.Collections.Immutable;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>The topics that a regular expression matched, when, and in which metadata (its offset). Immutable.</summary>
public sealed record ResolvedRegex(ImmutableSortedSet<Text> Topics, long Version, long TimestampMs);
