using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Replication;

namespace Deterministic.Server.Handlers;

/// <summary>One partition of a fetch: what is asked, and where its answer is. <see cref="Part"/> is -1 where <see cref="Error"/> is the answer.</summary>
internal record struct FetchItem(
    FetchKey Key, FetchRequest.FetchPartition Asked, FetchSessionPartition? Remembered, ErrorCode Error, int Part, int Index);
