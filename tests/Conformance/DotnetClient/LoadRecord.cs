using System.Globalization;
using System.Text;

namespace Deterministic.Conformance.DotnetClient;

/// <summary>The bytes of a record of the load: producer, number and a filling that follows from both.</summary>
internal static class LoadRecord
{
    private const int FillingMax = 120;

    public static byte[] Key(int producer) => Encoding.ASCII.GetBytes($"producer-{producer}");

    public static byte[] Value(int producer, long number)
    {
        var filling = new string((char)('a' + (number % 26)), (int)((number * 31 + producer) % FillingMax));
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{producer}|{number}|{filling}"));
    }

    /// <summary>False when the bytes are not exactly those of any record of the load.</summary>
    public static bool TryRead(byte[] key, byte[] value, out int producer, out long number)
    {
        (producer, number) = (-1, -1);
        var parts = Encoding.ASCII.GetString(value).Split('|');
        return parts.Length == 3
            && int.TryParse(parts[0], CultureInfo.InvariantCulture, out producer)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out number)
            && Value(producer, number).AsSpan().SequenceEqual(value)
            && Key(producer).AsSpan().SequenceEqual(key);
    }
}
