using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Deterministic.Kernel;

/// <summary>The text of a broken invariant; formats nothing while the invariant holds. Lives for one call.</summary>
[InterpolatedStringHandler]
public readonly ref struct CheckMessage
{
    private readonly StringBuilder? _text;

    /// <summary>Called by the compiler; <paramref name="format"/> tells it whether to format the holes at all.</summary>
    public CheckMessage(int literalLength, int formattedCount, bool holds, out bool format)
    {
        format = !holds;
        _text = holds ? null : new StringBuilder(literalLength + (formattedCount * 16));
    }

    /// <summary>Called by the compiler for the fixed parts.</summary>
    public void AppendLiteral(string value) => _text!.Append(value);

    /// <summary>Called by the compiler for the holes.</summary>
    public void AppendFormatted<T>(T value) =>
        _text!.Append(CultureInfo.InvariantCulture, $"{value}");

    /// <inheritdoc/>
    public override string ToString() => _text?.ToString() ?? "";
}
