using Deterministic.Runner.Commands;

namespace Deterministic.Runner.Running;

/// <summary>The repository that this program works in: the folder of Deterministic.sln at or above the current one.</summary>
internal static class SourceTree
{
    /// <summary>Its root.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(Directory.GetCurrentDirectory());
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Deterministic.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new RunnerException("run this from within the repository: it reads the sources");
    }
}
