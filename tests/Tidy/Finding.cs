namespace Deterministic.Tidy.Tests;

/// <summary>Fails a test with all that was found, a line each.</summary>
internal static class Finding
{
    public static void None(string rule, IEnumerable<string> found)
    {
        var all = found.Order(StringComparer.Ordinal).ToArray();
        Assert.True(all.Length == 0, $"{rule}\n  {string.Join("\n  ", all)}");
    }
}
