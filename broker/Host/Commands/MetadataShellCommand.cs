using System.CommandLine;
using Deterministic.Host.Shell;

namespace Deterministic.Host.Commands;

/// <summary><c>metadata shell</c>: walks through the metadata of a snapshot or log directory, as kafka-metadata-shell does. Lives for the command line.</summary>
internal sealed class MetadataShellCommand
{
    private readonly Option<string?> _snapshot = new("--snapshot", "-s") { Description = "A .checkpoint or .log file of __cluster_metadata-0" };
    private readonly Option<string?> _directory = new("--directory", "-d") { Description = "Instead: __cluster_metadata-0 or the log directory that it is in" };
    private readonly Argument<string[]> _command = new("command") { Description = "cat, find, ls, tree ... and what they take; none for a prompt", Arity = ArgumentArity.ZeroOrMore };

    private MetadataShellCommand()
    {
    }

    /// <summary>The command.</summary>
    internal static Command Build(CommandRunner runner)
    {
        var self = new MetadataShellCommand();
        var command = new Command("shell", "Walk through the metadata that files hold, with ls, cd, cat, tree, find") { self._snapshot, self._directory, self._command };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var (snapshot, directory) = (result.GetValue(_snapshot), result.GetValue(_directory));
        if (snapshot is null == directory is null)
        {
            throw new CommandException("Give exactly one of --snapshot FILE, --directory DIR");
        }

        var shell = new MetadataShell(MetadataTree.Of(MetadataFiles.Read(snapshot ?? directory!)), Console.Out);
        if (result.GetValue(_command) is { Length: > 0 } words)
        {
            return Task.FromResult(shell.Run(words) ? ExitCode.Success : ExitCode.Failure);
        }

        while (!shell.IsOver && !cancellation.IsCancellationRequested)
        {
            if (!Console.IsInputRedirected)
            {
                Console.Write(">> ");
            }

            if (Console.ReadLine() is not { } line)
            {
                break;
            }

            shell.Run(line);
        }

        return Task.FromResult(ExitCode.Success);
    }
}
