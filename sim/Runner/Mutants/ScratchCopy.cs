using Deterministic.Runner.Commands;

namespace Deterministic.Runner.Mutants;

/// <summary>
/// A copy of the source tree outside of the repository, in which one mutant after the other is applied, built and taken back,
/// so that each build compiles only what its mutant changed. Deleted at the end.
/// </summary>
internal sealed class ScratchCopy : IDisposable
{
    private static readonly TimeSpan s_buildMax = TimeSpan.FromMinutes(10);
    private readonly string _folder = Directory.CreateTempSubdirectory("sim-mutants-").FullName;

    /// <summary>Copies every file that git knows or would take.</summary>
    public ScratchCopy(string root)
    {
        var files = new List<string>();
        var exit = Tool.Run(root, s_buildMax, files.Add, "git", "ls-files", "--cached", "--others", "--exclude-standard");
        if (exit != 0)
        {
            throw new RunnerException($"git ls-files ended with {exit}: {string.Join(' ', files)}");
        }

        foreach (var file in files.Where(file => File.Exists(Path.Combine(root, file))))
        {
            var target = Path.Combine(_folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(root, file), target);
        }
    }

    /// <summary>The runner that was built.</summary>
    public string Runner => Path.Combine(_folder, "artifacts", "bin", "Deterministic.Runner", "release", "Deterministic.Runner.dll");

    /// <summary>Its root.</summary>
    public string Folder => _folder;

    /// <summary>Applies a patch and builds; null when both went well, otherwise what went wrong.</summary>
    public string? ApplyAndBuild(string patch) => Apply(patch) ?? Build();

    /// <summary>Takes a patch back.</summary>
    public void TakeBack(string patch)
    {
        if (Apply(patch, "--reverse") is { } error)
        {
            throw new RunnerException($"{Path.GetFileName(patch)} cannot be taken back: {error}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string? Apply(string patch, params string[] how)
    {
        var said = new List<string>();
        return Tool.Run(_folder, s_buildMax, said.Add, "git", ["apply", .. how, patch]) == 0 ? null : $"does not apply: {string.Join(' ', said)}";
    }

    private string? Build()
    {
        var errors = new List<string>();
        var exit = Tool.Run(
            _folder, s_buildMax, line => Keep(errors, line), "dotnet",
            "build", "sim/Runner", "-c", "Release", "-nologo", "-v", "quiet", "-nodeReuse:false", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false",
            "-p:MSBuildTreatWarningsAsErrors=false");
        return exit == 0 ? null : $"does not build: {errors.FirstOrDefault() ?? "no reason given"}";
    }

    private void Keep(List<string> errors, string line)
    {
        if (line.Contains("error", StringComparison.Ordinal))
        {
            errors.Add(line.Replace(_folder, "", StringComparison.Ordinal).Trim());
        }
    }
}
