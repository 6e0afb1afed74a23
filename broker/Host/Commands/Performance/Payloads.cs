using System.Globalization;
using System.Text;
using Deterministic.Protocol.Wire;

namespace Deterministic.Host.Commands.Performance;

/// <summary>The values that a producer's test sends: one random text of a size, lines of a file in random order, or growing numbers. Lives for one command.</summary>
internal sealed class Payloads
{
    private const int Seed = 0;
    private readonly Random _random = new(Seed);
    private readonly byte[][] _values;
    private readonly bool _isMonotonic;

    private Payloads(byte[][] values, bool isMonotonic)
    {
        _values = values;
        _isMonotonic = isMonotonic;
    }

    /// <summary>Letters, so many of them.</summary>
    internal static Payloads OfSize(int bytes)
    {
        var random = new Random(Seed);
        var value = new byte[bytes];
        for (var i = 0; i < bytes; i++)
        {
            value[i] = (byte)('A' + random.Next(26));
        }

        return new Payloads([value], isMonotonic: false);
    }

    /// <summary>The parts of a file between delimiters.</summary>
    internal static Payloads OfFile(FileInfo file, string delimiter)
    {
        var text = File.ReadAllText(file.FullName).Split(Unescaped(delimiter), StringSplitOptions.RemoveEmptyEntries);
        return text.Length > 0 ? new Payloads([.. text.Select(Encoding.UTF8.GetBytes)], isMonotonic: false) : throw new CommandException($"{file.FullName} is empty");
    }

    /// <summary>0, 1, 2 ...</summary>
    internal static Payloads Numbers() => new([], isMonotonic: true);

    /// <summary>The value of a record.</summary>
    internal Blob Next(long index) =>
        new(_isMonotonic ? Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture))
            : _values.Length == 1 ? _values[0] : _values[_random.Next(_values.Length)]);

    private static string Unescaped(string delimiter) => delimiter.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal);
}
