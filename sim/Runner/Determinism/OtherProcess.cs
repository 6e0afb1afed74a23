using System.Diagnostics;
using System.Globalization;
using Deterministic.Runner.Commands;

namespace Deterministic.Runner.Determinism;

/// <summary>
/// Runs seeds in a process of its own, whose compiler, collector, culture and time zone are set otherwise: code that was
/// compiled in another way, garbage that is collected at other moments and texts that are formatted otherwise must not matter.
/// </summary>
internal sealed class OtherProcess(int jobs) : IRunSide
{
    private static readonly KeyValuePair<string, string>[] s_settings =
    [
        new("DOTNET_TieredCompilation", "0"),
        new("DOTNET_TieredPGO", "0"),
        new("DOTNET_ReadyToRun", "0"),
        new("DOTNET_gcServer", "1"),
        new("DOTNET_gcConcurrent", "1"),
        new("DOTNET_GCgen0size", "0x400000"),
        new("TZ", "Asia/Kathmandu"),
        new("LANG", "tr_TR.UTF-8"),
    ];

    /// <summary>What is otherwise there, for the reader.</summary>
    public static string Settings => string.Join(' ', s_settings.Select(pair => $"{pair.Key}={pair.Value}"));

    /// <inheritdoc/>
    public IReadOnlyList<Fingerprint> Run(ulong first, ulong count) =>
        [.. Start(string.Create(CultureInfo.InvariantCulture, $"--from {first} --seeds {count} --jobs {jobs}")).Select(Fingerprint.Parse)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Steps(ulong seed, long firstStep, long lastStep) =>
        Start(string.Create(CultureInfo.InvariantCulture, $"--from {seed} --steps {firstStep} {lastStep}"));

    private static List<string> Start(string arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Arguments = $"{Program()} {FingerprintCommand.Name} {arguments}",
        };
        foreach (var (key, value) in s_settings)
        {
            start.Environment[key] = value;
        }

        return Read(start);
    }

    private static List<string> Read(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var lines = new List<string>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        process.WaitForExit();
        return process.ExitCode == ExitCode.Success
            ? lines
            : throw new RunnerException($"the second process ended with {process.ExitCode}");
    }

    // "dotnet Deterministic.Runner.dll" needs the file, the apphost does not.
    private static string Program()
    {
        var dll = typeof(OtherProcess).Assembly.Location;
        return Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? $"\"{dll}\"" : "";
    }
}
