namespace Deterministic.Server.Quotas;

/// <summary>The quotas of one client (user and client id), by the image in force; null where there is none. Immutable.</summary>
public sealed record ClientQuotas(QuotaShare? Produce, QuotaShare? Fetch, QuotaShare? Request, QuotaShare? ControllerMutation)
{
    /// <summary>Whether none concerns the client.</summary>
    public bool IsEmpty => Produce is null && Fetch is null && Request is null && ControllerMutation is null;
}
