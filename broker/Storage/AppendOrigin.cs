namespace Deterministic.Storage;

/// <summary>
/// Who made a batch that a leader appends. A client's is checked against the sequence of its producer; a coordinator's (offsets in
/// a transaction, markers) only against epochs.
/// </summary>
/// <param name="IsCoordinator">Whether a coordinator made it.</param>
/// <param name="TransactionVersion">For a marker: the version of the transaction it ends. From 2 on every end raises the epoch.</param>
public readonly record struct AppendOrigin(bool IsCoordinator, short TransactionVersion = 0)
{
    /// <summary>A client sent it.</summary>
    public static AppendOrigin Client => default;

    /// <summary>A coordinator made it.</summary>
    public static AppendOrigin Coordinator { get; } = new(IsCoordinator: true);

    /// <summary>A coordinator ends a transaction of that version.</summary>
    public static AppendOrigin Marker(short transactionVersion) => new(IsCoordinator: true, transactionVersion);
}
