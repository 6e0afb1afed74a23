using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Replication;

/// <summary>A partition as a fetch names it: by topic name up to version 12, by topic id from 13 on; the other one is empty.</summary>
internal readonly record struct FetchKey(Text Topic, Uuid TopicId, int Partition);
