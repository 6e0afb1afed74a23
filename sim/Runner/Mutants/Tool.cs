using System.Diagnostics;

namespace Deterministic.Runner.Mutants;

/// <summary>Runs a program in a folder and hands on what it prints.</summary>
internal static class Tool
{
    /// <summary>Runs it to its end; its exit code, or null when it was ended after <paramref name="timeMax"/>.</summary>
    public static int? Run(string folder, TimeSpan timeMax, Action<string> onLine, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = start };
        var gate = new Lock();
        void Hand(string? line)
        {
            if (line is not null)
            {
                lock (gate)
                {
                    onLine(line);
                }
            }
        }

        process.OutputDataReceived += (_, e) => Hand(e.Data);
        process.ErrorDataReceived += (_, e) => Hand(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(timeMax))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return null;
        }

        process.WaitForExit();
        return process.ExitCode;
    }
}
