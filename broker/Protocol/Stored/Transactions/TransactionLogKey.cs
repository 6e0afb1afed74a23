using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Transactions;

/// <summary>TransactionLogKey: the key of the records of <c>__transaction_state</c>.</summary>
public struct TransactionLogKey : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: 0, First: 0, Last: 0, FlexibleSince: 1);

    public Text TransactionalId;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.String(ref TransactionalId);
        wire.Tags(ref this);
    }
}
