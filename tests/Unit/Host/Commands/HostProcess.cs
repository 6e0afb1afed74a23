using System.Diagnostics;
using System.Text;

namespace Deterministic.Host.Tests.Commands;

/// <summary>The executable as a user runs it, in a process of its own that ends with the test.</summary>
internal sealed class HostProcess : IDisposable
{
    private const int PatienceMs = 120_000;
    private const string Ready = "Stop with Ctrl-C.";

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly StringBuilder _output = new();
    private readonly ManualResetEventSlim _isReady = new();

    private HostProcess(string folder, string? clusterId, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        start.ArgumentList.Add(System.IO.Path.Combine(AppContext.BaseDirectory, "deterministic.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (clusterId is not null)
        {
            start.Environment["CLUSTER_ID"] = clusterId;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>A broker that said it is ready.</summary>
    public static HostProcess Started(string folder, string? clusterId, params string[] arguments)
    {
        var process = new HostProcess(folder, clusterId, ["start", .. arguments]);
        Assert.True(process._isReady.Wait(PatienceMs), "not ready: " + process.Errors);
        Assert.False(process._process.HasExited, "ended: " + process.Errors);
        return process;
    }

    /// <summary>Runs to the end: exit code and what stood on standard error.</summary>
    public static (int ExitCode, string Errors) Run(string folder, string? clusterId, params string[] arguments)
    {
        using var process = new HostProcess(folder, clusterId, arguments);
        return (process.Exited(), process.Errors);
    }

    /// <summary>Runs to the end: exit code, and what stood on standard output and error.</summary>
    public static (int ExitCode, string Output, string Errors) RunWithOutput(string folder, params string[] arguments)
    {
        using var process = new HostProcess(folder, null, arguments);
        return (process.Exited(), process.Output, process.Errors);
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public int Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        return Exited();
    }

    /// <summary>Ends it without a word.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _isReady.Dispose();
    }

    private int Exited()
    {
        Assert.True(_process.WaitForExit(PatienceMs), "did not end: " + Errors);
        _process.WaitForExit();
        return _process.ExitCode;
    }

    private void OnOutput(string? line)
    {
        Add(_output, line);
        if (line is null || line == Ready)
        {
            _isReady.Set();
        }
    }

    private static void Add(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }
}
