using System.Buffers;
using System.Text;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// The hash that Kafka places groups by: Java's <c>String.hashCode</c>, which runs over UTF-16 code units, so that
/// a data directory written by either broker keeps each group in the partition where the other looks for it.
/// </summary>
public static class JavaHash
{
    /// <summary><c>s[0]*31^(n-1) + ... + s[n-1]</c> over the UTF-16 code units of <paramref name="text"/>.</summary>
    public static int Of(Text text)
    {
        var hash = 0;
        var rest = text.Utf8.Span;
        while (!rest.IsEmpty)
        {
            // Bytes that are no UTF-8 read as U+FFFD, as Java's decoder reads them.
            if (Rune.DecodeFromUtf8(rest, out var rune, out var consumed) != OperationStatus.Done)
            {
                rune = Rune.ReplacementChar;
            }

            hash = rune.IsBmp ? Add(hash, rune.Value) : AddPair(hash, rune.Value - 0x10000);
            rest = rest[consumed..];
        }

        return hash;
    }

    /// <summary>The partition of <c>__consumer_offsets</c> that holds a group. Kafka takes the absolute value (0 for the smallest number), not the low 31 bits.</summary>
    public static int PartitionOf(Text groupId, int partitionCount)
    {
        var hash = Of(groupId);
        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitionCount;
    }

    private static int AddPair(int hash, int bits) => Add(Add(hash, 0xd800 + (bits >> 10)), 0xdc00 + (bits & 0x3ff));

    private static int Add(int hash, int codeUnit) => unchecked((hash * 31) + codeUnit);
}
