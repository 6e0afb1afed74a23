using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Server.Configs;

namespace Deterministic.Host.Commands;

/// <summary>Runs what a command does and turns what goes wrong into one sentence on standard error and an exit code.</summary>
internal sealed class CommandRunner(CommonOptions options)
{
    /// <summary>Sets what a command does.</summary>
    public void Set(Command command, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction((result, cancellation) => RunAsync(result, action, cancellation));

    private async Task<int> RunAsync(
        ParseResult result, Func<ParseResult, CancellationToken, Task<int>> action, CancellationToken cancellation)
    {
        try
        {
            ClientProperties.Check(result.GetValue(options.CommandConfig));
            return await action(result, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (IsExpected(e) || !result.GetValue(options.Verbose))
        {
            Console.Error.WriteLine($"error: {e.Message}");
            if (result.GetValue(options.Verbose))
            {
                Console.Error.WriteLine(e);
            }
            else if (!IsExpected(e))
            {
                Console.Error.WriteLine($"({e.GetType().Name}; --verbose shows where)");
            }

            return ExitCode.Failure;
        }
    }

    private static bool IsExpected(Exception e) =>
        e is CommandException or KafkaClientException or ConfigException or IOException or UnauthorizedAccessException;
}
