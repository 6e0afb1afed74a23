namespace Deterministic.Protocol.Wire;

/// <summary>The FNV-1a hash: short, and the same in every process.</summary>
public static class Fnv1a
{
    /// <summary>32 bits over the bytes.</summary>
    public static int Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 16777619u;
        }

        return (int)hash;
    }
}
