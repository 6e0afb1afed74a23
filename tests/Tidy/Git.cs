using System.ComponentModel;
using System.Diagnostics;

namespace Deterministic.Tidy.Tests;

/// <summary>The git program, run in the root of the repository.</summary>
internal static class Git
{
    /// <summary>True when it ended well; <paramref name="answer"/> is what it printed.</summary>
    public static bool TryRun(IReadOnlyList<string> arguments, out string answer)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", arguments)
            {
                WorkingDirectory = Repository.Root,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            answer = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception e)
        {
            answer = e.Message;
            return false;
        }
    }
}
