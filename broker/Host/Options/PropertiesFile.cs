using System.Globalization;
using System.Text;
using Deterministic.Server.Configs;

namespace Deterministic.Host.Options;

/// <summary>
/// Reads a properties file as the Java platform does: <c>=</c>, <c>:</c> or white space between key and value, <c>#</c> and
/// <c>!</c> comments, backslash escapes and continued lines. Stateless.
/// </summary>
internal static class PropertiesFile
{
    /// <summary>A properties file is a few pages; anything beyond this is a wrong file.</summary>
    private const long BytesMax = 4 * 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigException">It is not there, not readable or malformed.</exception>
    public static Dictionary<string, string> Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > BytesMax } file)
            {
                throw new ConfigException($"{path} has {file.Length} bytes; a properties file has at most {BytesMax}");
            }

            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigException($"There is no properties file {Path.GetFullPath(path)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"The properties file {Path.GetFullPath(path)} cannot be read: {e.Message}");
        }
    }

    /// <summary>Reads text. Of a key that stands there twice the last value counts.</summary>
    public static Dictionary<string, string> Parse(string text, string source)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimStart(' ', '\t', '\f');
            var first = i + 1;
            if (line.Length == 0 || line[0] is '#' or '!')
            {
                continue;
            }

            while (EndsWithOddBackslashes(line) && i + 1 < lines.Length)
            {
                line = line[..^1] + lines[++i].TrimStart(' ', '\t', '\f');
            }

            var (key, value) = Split(EndsWithOddBackslashes(line) ? line[..^1] : line);
            var where = $"{source}, line {first}";
            properties[Unescape(key, where)] = Unescape(value, where).Trim();
        }

        return properties;
    }

    private static bool EndsWithOddBackslashes(string line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    private static (string Key, string Value) Split(string line)
    {
        var end = 0;
        while (end < line.Length && !(line[end] is '=' or ':' or ' ' or '\t' or '\f'))
        {
            end += line[end] == '\\' ? 2 : 1;
        }

        end = Math.Min(end, line.Length);
        var value = line[end..].TrimStart(' ', '\t', '\f');
        if (value.Length > 0 && value[0] is '=' or ':')
        {
            value = value[1..].TrimStart(' ', '\t', '\f');
        }

        return (line[..end], value);
    }

    private static string Unescape(string text, string where)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] == 'u')
            {
                var digits = i + 5 <= text.Length ? text.Substring(i + 1, 4) : "";
                if (!ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                {
                    throw new ConfigException($"{where}: \\u must be followed by four hexadecimal digits");
                }

                result.Append((char)code);
                i += 4;
            }
            else
            {
                result.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var other => other });
            }
        }

        return result.ToString();
    }
}
