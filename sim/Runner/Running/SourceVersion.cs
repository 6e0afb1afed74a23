using System.Reflection;

namespace Deterministic.Runner.Running;

/// <summary>Which source this program was built from.</summary>
internal static class SourceVersion
{
    private const int ShownDigits = 12;

    /// <summary>The commit that was checked out when it was built, or <c>unknown</c> outside of a repository.</summary>
    public static string Commit { get; } = Read();

    private static string Read()
    {
        var version = typeof(SourceVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? "unknown" : version[(plus + 1)..Math.Min(version.Length, plus + 1 + ShownDigits)];
    }
}
