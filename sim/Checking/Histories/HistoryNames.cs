namespace Deterministic.Checking.Histories;

/// <summary>The words of the file format, in both directions: the enum's name with dashes, in small letters.</summary>
internal static class HistoryNames
{
    public static string Of<T>(T value)
        where T : struct, Enum => Words<T>.Names[value];

    public static T Parse<T>(string word)
        where T : struct, Enum =>
        Words<T>.Values.TryGetValue(word, out var value)
            ? value
            : throw new InvalidHistoryException($"'{word}' is no {typeof(T).Name}; allowed: {string.Join(", ", Words<T>.Values.Keys)}.");

    private static string Dashed(string name) => string.Concat(
        name.Select((letter, index) => char.IsUpper(letter) && index > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private static class Words<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Names = Enum.GetValues<T>().ToDictionary(value => value, value => Dashed(value.ToString()));
        public static readonly SortedDictionary<string, T> Values =
            new(Names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal), StringComparer.Ordinal);
    }
}
