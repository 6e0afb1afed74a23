namespace Deterministic.Tidy.Tests;

/// <summary>A test that asks git of this repository. Skipped, with the reason, where there is no git or no repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GitFactAttribute : FactAttribute
{
    public GitFactAttribute()
    {
        Skip = s_reason.Value;
    }

    private static readonly Lazy<string?> s_reason = new(static () =>
        Git.TryRun(["rev-parse", "--git-dir"], out var answer) ? null : $"git does not answer for {Repository.Root}: {answer}");
}
