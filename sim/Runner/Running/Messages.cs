using System.Text.RegularExpressions;

namespace Deterministic.Runner.Running;

/// <summary>Texts of the simulator as they may stand in files: stack traces without the folders of the machine that built it.</summary>
internal static partial class Messages
{
    /// <summary>Without paths: the method says where it was.</summary>
    public static string WithoutPaths(string message) => FileAndLine().Replace(message, "");

    [GeneratedRegex(@" in (/|[A-Za-z]:\\)[^\n]*:line \d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileAndLine();
}
