namespace Deterministic.Server.Quotas;

/// <summary>
/// A quota as it concerns one client: whose use counts together (<paramref name="Entity"/>), what is allowed, and the shard
/// that counts for the whole broker. Immutable.
/// </summary>
public sealed record QuotaShare(QuotaKind Kind, string Entity, double Bound, int OwnerShard);
