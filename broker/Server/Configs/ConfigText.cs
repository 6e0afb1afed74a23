using System.Globalization;

namespace Deterministic.Server.Configs;

/// <summary>How config values and names are written and compared. Stateless.</summary>
public static class ConfigText
{
    /// <summary>Names further away than this are no suggestion.</summary>
    private const int SuggestionDistanceMax = 3;

    /// <summary>A number as the Java platform prints it, since that is what Kafka's tools show: 0.5, 2.147483647E9.</summary>
    public static string OfDouble(double value)
    {
        var magnitude = Math.Abs(value);
        if (value == 0 || (magnitude >= 1e-3 && magnitude < 1e7) || !double.IsFinite(value))
        {
            var plain = value.ToString("R", CultureInfo.InvariantCulture);
            return plain.Contains('.', StringComparison.Ordinal) || !double.IsFinite(value) ? plain : plain + ".0";
        }

        var parts = value.ToString("E16", CultureInfo.InvariantCulture).Split('E');
        var exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        return $"{Mantissa(shortest)}E{exponent}";
    }

    /// <summary>The name among <paramref name="names"/> that was probably meant, or null.</summary>
    public static string? Suggest(string name, IEnumerable<string> names)
    {
        string? best = null;
        var bestDistance = SuggestionDistanceMax + 1;
        foreach (var candidate in names)
        {
            var distance = Distance(name, candidate, bestDistance);
            if (distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    private static string Mantissa(string shortest)
    {
        var end = shortest.IndexOf('E', StringComparison.Ordinal);
        var digits = (end < 0 ? shortest : shortest[..end]).Replace(".", "", StringComparison.Ordinal);
        var sign = digits.StartsWith('-') ? "-" : "";
        digits = digits.TrimStart('-').TrimStart('0').TrimEnd('0');
        return $"{sign}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}";
    }

    /// <summary>Levenshtein distance, or <paramref name="limit"/> when it is at least that.</summary>
    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) >= limit)
        {
            return limit;
        }

        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return Math.Min(row[right.Length], limit);
    }
}
