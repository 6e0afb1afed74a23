using System.Globalization;
using System.Text;

namespace Deterministic.Server.Groups.Patterns;

/// <summary>
/// Writes an expression of RE2's syntax in .NET's, for names that are ASCII, and refuses what RE2 refuses: look-around, back
/// references, possessive operators and whatever only .NET knows. Lives as long as the translation.
/// </summary>
internal sealed class Re2Translation(string pattern)
{
    /// <summary>The most times that RE2 repeats something by a count.</summary>
    private const int RepeatMax = 1000;

    /// <summary>How deep groups may stand in each other.</summary>
    private const int DepthMax = 1000;

    private readonly StringBuilder _output = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _at;
    private int _depth;
    private bool _canRepeat;
    private bool _wasRepeated;
    private string? _error;

    internal bool TryTranslate(out string translated, out string error)
    {
        while (_error is null && _at < pattern.Length)
        {
            Translate(pattern[_at]);
        }

        if (_error is null && _depth > 0)
        {
            _error = "missing closing )";
        }

        translated = _output.ToString();
        error = _error ?? "";
        return _error is null;
    }

    private void Translate(char c)
    {
        switch (c)
        {
            case '\\':
                Escape();
                break;
            case '[':
                Class();
                break;
            case '(':
                Open();
                break;
            case ')':
                Close();
                break;
            case '*' or '+' or '?':
                _at++;
                Repeat(c.ToString());
                break;
            case '{' when TryReadCount(out var count):
                Repeat(count);
                break;
            case '|':
                Take("|", canRepeat: false);
                break;
            case '.' or '^' or '$':
                Take(c.ToString(), canRepeat: true);
                break;
            default:
                Take(Regex(c), canRepeat: true);
                break;
        }
    }

    private void Take(string text, bool canRepeat, int length = 1)
    {
        _at += length;
        _output.Append(text);
        _canRepeat = canRepeat;
        _wasRepeated = false;
    }

    private void Fail(string error) => _error ??= error;

    private void Repeat(string op)
    {
        if (!_canRepeat)
        {
            Fail(_wasRepeated ? "invalid nested repetition operator" : "missing argument to repetition operator");
            return;
        }

        // What follows it in RE2 only says which of several matches is preferred.
        _output.Append(op);
        if (_at < pattern.Length && pattern[_at] == '?')
        {
            _at++;
            _output.Append('?');
        }

        _canRepeat = false;
        _wasRepeated = true;
    }

    /// <summary>{n}, {n,} or {n,m}; anything else in braces is text.</summary>
    private bool TryReadCount(out string count)
    {
        count = "";
        var end = pattern.IndexOf('}', _at);
        if (end < 0)
        {
            return false;
        }

        var parts = pattern[(_at + 1)..end].Split(',');
        if (parts.Length > 2 || !TryReadNumber(parts[0], out var least)
            || !TryReadNumber(parts.Length == 2 && parts[1].Length > 0 ? parts[1] : parts[0], out var most))
        {
            return false;
        }

        if (least > RepeatMax || most > RepeatMax || most < least)
        {
            Fail("invalid repeat count");
        }

        count = pattern[_at..(end + 1)];
        _at = end + 1;
        return true;
    }

    private static bool TryReadNumber(string digits, out int number)
    {
        number = 0;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            return false;
        }

        number = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : RepeatMax + 1;
        return true;
    }

    private void Open()
    {
        if (++_depth > DepthMax)
        {
            Fail("expression nests too deeply");
        }
        else if (!Starts("(?"))
        {
            Take("(?:", canRepeat: false);
        }
        else if (Starts("(?P<") || Starts("(?<"))
        {
            OpenNamed(Starts("(?P<") ? 4 : 3);
        }
        else
        {
            Flags();
        }
    }

    private void OpenNamed(int prefixLength)
    {
        var end = pattern.IndexOf('>', _at);
        var name = end < 0 ? "" : pattern[(_at + prefixLength)..end];
        if (name.StartsWith('=') || name.StartsWith('!') || (end < 0 && prefixLength == 3 && (Starts("(?<=") || Starts("(?<!"))))
        {
            Fail("invalid or unsupported Perl syntax");
        }
        else if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            Fail("invalid named capture");
        }
        else if (!_names.Add(name))
        {
            Fail("duplicate capture group name");
        }
        else
        {
            Take("(?:", canRepeat: false, end + 1 - _at);
        }
    }

    /// <summary>(?flags) or (?flags:, flags of i, m, s and U. U only says which match is preferred, and there is no line in a name.</summary>
    private void Flags()
    {
        var text = new StringBuilder("(?");
        var at = _at + 2;
        var hasMinus = false;
        for (; at < pattern.Length && pattern[at] is not (':' or ')'); at++)
        {
            var c = pattern[at];
            if (c is not ('i' or 'm' or 's' or 'U' or '-') || (c == '-' && hasMinus))
            {
                Fail("invalid or unsupported Perl syntax");
                return;
            }

            hasMinus |= c == '-';
            text.Append(c == 'U' ? "" : c.ToString());
        }

        var isEmptyNegation = at > _at + 2 && pattern[at - 1] == '-';
        if (at >= pattern.Length || isEmptyNegation || (pattern[at] == ')' && at == _at + 2))
        {
            Fail(at >= pattern.Length ? "missing closing )" : "invalid or unsupported Perl syntax");
            return;
        }

        if (pattern[at] == ')')
        {
            _depth--;
        }

        var flags = text.ToString().TrimEnd('-');
        var isNothing = flags == "(?" && pattern[at] == ')';
        Take(isNothing ? "" : flags + pattern[at], canRepeat: false, at + 1 - _at);
    }

    private void Close()
    {
        if (_depth-- == 0)
        {
            Fail("unexpected )");
            return;
        }

        Take(")", canRepeat: true);
    }

    private bool Starts(string text) => string.CompareOrdinal(pattern, _at, text, 0, text.Length) == 0;

    private void Escape()
    {
        if (Starts("\\Q"))
        {
            Quote();
            return;
        }

        if (_at + 1 < pattern.Length && pattern[_at + 1] is 'A' or 'b' or 'B' or 'z')
        {
            Take($"\\{pattern[_at + 1]}", canRepeat: true, length: 2);
            return;
        }

        var escape = new Re2Escape(pattern, _at);
        if (escape.Error is { } error)
        {
            Fail(error);
            return;
        }

        Take(escape.Class ?? Regex(escape.Rune), canRepeat: true, escape.Length);
    }

    private void Quote()
    {
        var end = pattern.IndexOf("\\E", _at, StringComparison.Ordinal);
        var text = end < 0 ? pattern[(_at + 2)..] : pattern[(_at + 2)..end];
        foreach (var c in text)
        {
            _output.Append(Regex(c));
        }

        _at = end < 0 ? pattern.Length : end + 2;
        _canRepeat |= text.Length > 0;
        _wasRepeated &= text.Length == 0;
    }

    private void Class()
    {
        var set = new Re2Class(pattern, _at);
        if (set.Error is { } error)
        {
            Fail(error);
            return;
        }

        Take(set.Text, canRepeat: true, set.Length);
    }

    /// <summary>A character as text in an expression of .NET.</summary>
    internal static string Regex(int rune) =>
        rune <= char.MaxValue ? $"\\u{rune:X4}" : string.Concat(char.ConvertFromUtf32(rune).Select(c => $"\\u{(int)c:X4}"));
}
