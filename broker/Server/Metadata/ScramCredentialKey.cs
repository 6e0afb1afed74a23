namespace Deterministic.Server.Metadata;

/// <summary>A user and a SCRAM mechanism (1: SHA-256, 2: SHA-512).</summary>
public readonly record struct ScramCredentialKey(sbyte Mechanism, string User) : IComparable<ScramCredentialKey>
{
    /// <inheritdoc/>
    public int CompareTo(ScramCredentialKey other) =>
        Mechanism != other.Mechanism ? Mechanism.CompareTo(other.Mechanism) : string.CompareOrdinal(User, other.User);

    /// <summary>By mechanism, then by user.</summary>
    public static bool operator <(ScramCredentialKey left, ScramCredentialKey right) => left.CompareTo(right) < 0;

    /// <summary>By mechanism, then by user.</summary>
    public static bool operator >(ScramCredentialKey left, ScramCredentialKey right) => left.CompareTo(right) > 0;

    /// <summary>By mechanism, then by user.</summary>
    public static bool operator <=(ScramCredentialKey left, ScramCredentialKey right) => left.CompareTo(right) <= 0;

    /// <summary>By mechanism, then by user.</summary>
    public static bool operator >=(ScramCredentialKey left, ScramCredentialKey right) => left.CompareTo(right) >= 0;
}
