using System.Text.Json.Serialization;

namespace Deterministic.Simulator.Workloads;

/// <summary>One thing that a client is to do, as data: drawn before the run, dropped by a shrinker. Immutable, part of a <see cref="PlannedClient"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(CreateTopicOperation), "create-topic")]
[JsonDerivedType(typeof(DeleteTopicOperation), "delete-topic")]
[JsonDerivedType(typeof(AddPartitionsOperation), "add-partitions")]
[JsonDerivedType(typeof(DeleteRecordsOperation), "delete-records")]
[JsonDerivedType(typeof(MoveReplicaOperation), "move-replica")]
[JsonDerivedType(typeof(AlterConfigOperation), "alter-config")]
[JsonDerivedType(typeof(QuotaOperation), "quota")]
[JsonDerivedType(typeof(SendOperation), "send")]
[JsonDerivedType(typeof(TransactOperation), "transact")]
[JsonDerivedType(typeof(PipeOperation), "pipe")]
[JsonDerivedType(typeof(AssignOperation), "assign")]
[JsonDerivedType(typeof(SeekOperation), "seek")]
[JsonDerivedType(typeof(PollOperation), "poll")]
[JsonDerivedType(typeof(InspectOperation), "inspect")]
[JsonDerivedType(typeof(SubscribeOperation), "subscribe")]
[JsonDerivedType(typeof(CommitOperation), "commit")]
[JsonDerivedType(typeof(LeaveOperation), "leave")]
[JsonDerivedType(typeof(PauseOperation), "pause")]
[JsonDerivedType(typeof(CrashOperation), "crash")]
[JsonDerivedType(typeof(HostileOperation), "hostile")]
[JsonDerivedType(typeof(RefusedOperation), "refused")]
[JsonDerivedType(typeof(StaleOperation), "stale")]
[JsonDerivedType(typeof(OwnGroupOperation), "own-group")]
[JsonDerivedType(typeof(TelemetryOperation), "telemetry")]
public abstract record PlannedOperation
{
    /// <summary>How long the client thinks before it, in milliseconds.</summary>
    public int ThinkMs { get; init; }
}
