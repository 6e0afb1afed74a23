namespace Deterministic.Protocol;

/// <summary>One API: which versions this broker speaks and which of them are flexible (KIP-482). <see cref="FlexibleSince"/> above <see cref="Last"/>: none is.</summary>
public sealed record ApiInfo(ApiKey Key, short First, short Last, short FlexibleSince)
{
    /// <summary>Whether lengths are compact and tag sections follow in that version.</summary>
    public bool IsFlexible(short version) => version >= FlexibleSince;

    /// <summary>Header version of a request in that version (1 or 2).</summary>
    public short RequestHeaderVersion(short version) => IsFlexible(version) ? (short)2 : (short)1;

    /// <summary>Header version of a response (0 or 1). ApiVersions answers with 0 always, so that any client can read it.</summary>
    public short ResponseHeaderVersion(short version) =>
        Key != ApiKey.ApiVersions && IsFlexible(version) ? (short)1 : (short)0;
}
