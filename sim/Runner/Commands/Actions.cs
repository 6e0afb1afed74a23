using System.CommandLine;

namespace Deterministic.Runner.Commands;

/// <summary>Sets what commands do and turns what goes wrong into one sentence on standard error and an exit code. One for the command line.</summary>
internal sealed class Actions(CancellationToken interrupt)
{
    /// <summary>Sets what a command does; the token is cancelled by Ctrl-C.</summary>
    public void Set(Command command, Func<ParseResult, CancellationToken, int> action) => command.SetAction(result =>
    {
        try
        {
            return action(result, interrupt);
        }
        catch (Exception e) when (e is RunnerException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return ExitCode.Failure;
        }
    });
}
