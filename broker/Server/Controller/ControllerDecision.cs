using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>What the controller decided about a request: the records to append, all or none, and what is answered once they are committed.</summary>
public sealed record ControllerDecision<TResponse>(MetadataRecordList Records, TResponse Response)
    where TResponse : struct;
