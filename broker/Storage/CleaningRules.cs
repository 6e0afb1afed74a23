using Deterministic.Protocol.Compression;

namespace Deterministic.Storage;

/// <summary>What decides which records of a batch stay.</summary>
internal readonly record struct CleaningRules(
    OffsetMap Map, long NowMs, long DeleteRetentionMs, bool IsAborted, bool IsKeptEmpty, BatchCodecs Codecs);
