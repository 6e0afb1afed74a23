using System.Globalization;

namespace Deterministic.Server.Groups.Patterns;

/// <summary>What stands behind a backslash, inside or outside of brackets: a character, or a class of them. Lives as long as the translation.</summary>
internal readonly struct Re2Escape
{
    private const string Invalid = "invalid escape sequence";

    internal Re2Escape(string pattern, int at)
    {
        Length = 2;
        if (at + 1 >= pattern.Length)
        {
            Error = "trailing backslash at end of expression";
            return;
        }

        var c = pattern[at + 1];
        switch (c)
        {
            case 'd' or 'D' or 's' or 'S' or 'w' or 'W':
                Class = $"\\{c}";
                break;
            case 'p' or 'P':
                (Class, Length, Error) = ReadProperty(pattern, at, c);
                break;
            case 'x':
                (Rune, Length, Error) = ReadHex(pattern, at);
                break;
            case '0':
                (Rune, Length) = ReadOctal(pattern, at);
                break;
            case >= '1' and <= '7' when at + 2 < pattern.Length && pattern[at + 2] is >= '0' and <= '7':
                (Rune, Length) = ReadOctal(pattern, at);
                break;
            default:
                Rune = RuneOf(c);
                Error = Rune < 0 ? Invalid : null;
                break;
        }
    }

    /// <summary>The character, when it is one.</summary>
    internal int Rune { get; }

    /// <summary>The class as .NET writes it, or null.</summary>
    internal string? Class { get; }

    /// <summary>Characters of the pattern, the backslash among them.</summary>
    internal int Length { get; }

    /// <summary>What is wrong, or null.</summary>
    internal string? Error { get; }

    private static int RuneOf(char c) => c switch
    {
        'a' => 7,
        'f' => '\f',
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'v' => '\v',
        < (char)128 when !char.IsAsciiLetterOrDigit(c) => c,
        _ => -1,
    };

    private static (string? Class, int Length, string? Error) ReadProperty(string pattern, int at, char c)
    {
        const string error = "invalid character class range";
        if (at + 2 >= pattern.Length)
        {
            return (null, 2, error);
        }

        var name = pattern[at + 2].ToString();
        var length = 3;
        if (name == "{")
        {
            var end = pattern.IndexOf('}', at);
            if (end < 0)
            {
                return (null, 2, error);
            }

            name = pattern[(at + 3)..end];
            length = end + 1 - at;
        }

        var isNegated = name.StartsWith('^') != (c == 'P');
        name = name.TrimStart('^');

        // Names of topics are ASCII: a script has either all of their letters or none of them.
        var set = name switch
        {
            "Any" when !isNegated => "[\\u0000-\\uFFFF]",
            "Latin" => isNegated ? "[\\u0000-\\u0040\\u005B-\\u0060\\u007B-\\uFFFF]" : "[a-zA-Z]",
            _ when IsCategory(name) => $"\\{(isNegated ? 'P' : 'p')}{{{name}}}",
            _ => null,
        };
        return (set, length, set is null ? error : null);
    }

    private static bool IsCategory(string name) => name is
        "L" or "Lu" or "Ll" or "Lt" or "Lm" or "Lo" or "M" or "Mn" or "Mc" or "Me" or "N" or "Nd" or "Nl" or "No"
        or "P" or "Pc" or "Pd" or "Ps" or "Pe" or "Pi" or "Pf" or "Po" or "S" or "Sm" or "Sc" or "Sk" or "So"
        or "Z" or "Zs" or "Zl" or "Zp" or "C" or "Cc" or "Cf" or "Cs" or "Co";

    private static (int Rune, int Length, string? Error) ReadHex(string pattern, int at)
    {
        var digits = "";
        var length = 4;
        if (at + 2 < pattern.Length && pattern[at + 2] == '{')
        {
            var end = pattern.IndexOf('}', at);
            digits = end < 0 ? "" : pattern[(at + 3)..end];
            length = end + 1 - at;
        }
        else if (at + 3 < pattern.Length)
        {
            digits = pattern.Substring(at + 2, 2);
        }

        return digits.Length > 0 && digits.All(char.IsAsciiHexDigit)
            && int.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rune)
            && rune is >= 0 and <= 0x10ffff and not (>= 0xd800 and <= 0xdfff)
            ? (rune, length, null)
            : (0, 2, Invalid);
    }

    private static (int Rune, int Length) ReadOctal(string pattern, int at)
    {
        var rune = 0;
        var length = 1;
        while (length < 4 && at + length < pattern.Length && pattern[at + length] is >= '0' and <= '7')
        {
            rune = (rune * 8) + (pattern[at + length] - '0');
            length++;
        }

        return (rune, length);
    }
}
