using Deterministic.Protocol.Compression;

namespace Deterministic.Storage;

/// <summary>What decides which records of a batch stay. <paramref name="EndsNothing"/>: it is a marker of a transaction of which no batch is left.</summary>
internal readonly record struct CleaningRules(
    OffsetMap Map, long NowMs, long DeleteRetentionMs, bool IsAborted, bool EndsNothing, bool IsKeptEmpty, BatchCodecs Codecs);
