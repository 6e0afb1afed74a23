namespace Deterministic.Server.Metadata;

/// <summary>A topic that a delta touched: created when <see cref="Before"/> is null, deleted when <see cref="After"/> is null.</summary>
public sealed record TopicDelta(TopicImage? Before, TopicImage? After);
