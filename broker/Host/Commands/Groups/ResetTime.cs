using System.Globalization;
using System.Xml;

namespace Deterministic.Host.Commands.Groups;

/// <summary>Dates and durations as kafka-consumer-groups takes them. Stateless.</summary>
internal static class ResetTime
{
    private static readonly string[] s_formats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm"];

    /// <summary>A date and time of ISO 8601; UTC when no zone is given.</summary>
    internal static DateTimeOffset OfDateTime(string text)
    {
        var plain = text.EndsWith('Z') ? text[..^1] + "+00:00" : text;
        return DateTimeOffset.TryParseExact(plain, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new CommandException($"--to-datetime {text}: write it as YYYY-MM-DDThh:mm:ss.sss, for example 2026-01-31T12:00:00.000 or 2026-01-31T12:00:00+01:00");
    }

    /// <summary>A duration of ISO 8601.</summary>
    internal static TimeSpan OfDuration(string text)
    {
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new CommandException($"--by-duration {text}: write it as PnDTnHnMnS, for example P1DT12H or PT30M", e);
        }
    }
}
