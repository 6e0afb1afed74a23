using System.Globalization;

namespace Deterministic.Checking.Histories;

/// <summary>
/// Names one partition's log in a history; a value without owner. A topic that is deleted and created again under its
/// old name is another log: give its id, in every op or in none.
/// </summary>
public readonly record struct LogKey(string Topic, int Partition, string? TopicId = null) : IComparable<LogKey>
{
    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    public static LogKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.LastIndexOf('/');
        if (slash <= 0 || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition))
        {
            throw new InvalidHistoryException($"'{text}' is no log; topic/partition or topic#id/partition is allowed.");
        }

        var hash = text.IndexOf('#', StringComparison.Ordinal);
        return hash < 0
            ? new LogKey(text[..slash], partition)
            : new LogKey(text[..hash], partition, text[(hash + 1)..slash]);
    }

    public static bool operator <(LogKey left, LogKey right) => left.CompareTo(right) < 0;

    public static bool operator >(LogKey left, LogKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogKey left, LogKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogKey left, LogKey right) => left.CompareTo(right) >= 0;

    /// <summary>By topic, id and partition; ordinal, so the same in every process.</summary>
    public int CompareTo(LogKey other)
    {
        var order = string.CompareOrdinal(Topic, other.Topic);
        order = order != 0 ? order : string.CompareOrdinal(TopicId, other.TopicId);
        return order != 0 ? order : Partition.CompareTo(other.Partition);
    }

    /// <summary><c>topic/partition</c>, or <c>topic#id/partition</c>. Neither sign is allowed in the name of a topic.</summary>
    public override string ToString() => TopicId is null ? $"{Topic}/{Partition}" : $"{Topic}#{TopicId}/{Partition}";
}
