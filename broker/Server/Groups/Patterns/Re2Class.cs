using System.Text;

namespace Deterministic.Server.Groups.Patterns;

/// <summary>A set in brackets, written as .NET writes it. Lives as long as the translation.</summary>
internal sealed class Re2Class
{
    private readonly string _pattern;
    private readonly StringBuilder _text = new("[");
    private int _at;

    internal Re2Class(string pattern, int at)
    {
        _pattern = pattern;
        _at = at + 1;
        if (Peek() == '^')
        {
            _text.Append('^');
            _at++;
        }

        var isFirst = true;
        while (Error is null && (isFirst || Peek() != ']'))
        {
            if (Peek() is null)
            {
                Error = "missing closing ]";
                break;
            }

            Item();
            isFirst = false;
        }

        Length = _at + 1 - at;
    }

    internal string? Error { get; private set; }

    internal int Length { get; }

    internal string Text => _text + "]";

    private char? Peek(int ahead = 0) => _at + ahead < _pattern.Length ? _pattern[_at + ahead] : null;

    private void Item()
    {
        if (Peek() == '[' && Peek(1) == ':' && _pattern.IndexOf(":]", _at, StringComparison.Ordinal) is > 0 and var end)
        {
            Posix(_pattern[(_at + 2)..end]);
            _at = end + 2;
            return;
        }

        if (!TryReadRune(out var low))
        {
            return;
        }

        var high = low;
        if (Peek() == '-' && Peek(1) is not (null or ']'))
        {
            _at++;
            if (!TryReadRune(out high))
            {
                Error ??= "invalid character class range";
                return;
            }
        }

        if (high < low)
        {
            Error = "invalid character class range";
            return;
        }

        // Names are ASCII: what lies beyond the sixteen bits that .NET's sets know matters to none.
        _text.Append(Re2Translation.Regex(Math.Min(low, char.MaxValue)));
        _text.Append('-').Append(Re2Translation.Regex(Math.Min(high, char.MaxValue)));
    }

    private bool TryReadRune(out int rune)
    {
        rune = 0;
        if (Peek() != '\\')
        {
            rune = char.ConvertToUtf32(_pattern, _at) is var code && code > char.MaxValue ? code : _pattern[_at];
            _at += code > char.MaxValue ? 2 : 1;
            return true;
        }

        var escape = new Re2Escape(_pattern, _at);
        Error = escape.Error;
        _at += escape.Length;
        rune = escape.Rune;
        if (escape.Class is { } set)
        {
            _text.Append(set.Trim('[', ']'));
            return false;
        }

        return escape.Error is null;
    }

    private void Posix(string name)
    {
        var isNegated = name.StartsWith('^');
        var set = name.TrimStart('^') switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => "\\u0000-\\u007F",
            "blank" => "\\u0009\\u0020",
            "cntrl" => "\\u0000-\\u001F\\u007F",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => "\\u0020-~",
            "punct" => "!-/:-@\\u005B-`{-~",
            "space" => "\\u0009-\\u000D\\u0020",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => null,
        };
        if (set is null)
        {
            Error = "invalid character class range";
        }
        else
        {
            _text.Append(isNegated ? Complement(set) : set);
        }
    }

    /// <summary>The ASCII characters that are not in a set.</summary>
    private static string Complement(string set)
    {
        var inside = new System.Text.RegularExpressions.Regex($"[{set}]", System.Text.RegularExpressions.RegexOptions.NonBacktracking);
        return string.Concat(Enumerable.Range(0, 128).Where(c => !inside.IsMatch(((char)c).ToString())).Select(Re2Translation.Regex))
            + "\\u0080-\\uFFFF";
    }
}
