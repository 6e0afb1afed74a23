namespace Deterministic.Server.Quotas;

/// <summary>Waits for a <see cref="QuotaCharge"/>, on its home shard.</summary>
internal interface IQuotaPayer
{
    /// <summary>Everything was counted; the charge is read now and then belongs to its shard again.</summary>
    void OnCharged(QuotaCharge charge);
}
