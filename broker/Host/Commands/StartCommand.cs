using System.CommandLine;
using Deterministic.Host.Metrics;
using Deterministic.Host.Options;
using Deterministic.Host.Sockets;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Server;
using Microsoft.Extensions.Logging;

namespace Deterministic.Host.Commands;

/// <summary><c>start</c>, and what happens without a command: runs a broker until SIGTERM or Ctrl-C.</summary>
internal sealed class StartCommand
{
    private readonly Argument<FileInfo?> _file = new("server.properties")
    {
        Description = "Kafka's properties file; without it a single node on localhost:9092, data in ./data", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _set = new("--set", "--override") { Description = "key=value, stronger than file and environment, repeatable" };
    private readonly Option<LogLevel> _logLevel = new("--log-level")
    {
        Description = "Trace, Debug, Information, Warning, Error or Critical", DefaultValueFactory = _ => LogLevel.Warning,
    };

    private StartCommand()
    {
        _file.Validators.Add(static result =>
        {
            if (result.Tokens is [var token, ..] && token.Value.StartsWith('-'))
            {
                result.AddError($"Unrecognized option '{token.Value}'; a property is set with --set key=value.");
            }
        });
    }

    /// <summary>Adds the command, and makes it what the root does.</summary>
    public static void AddTo(RootCommand root, CommandRunner runner)
    {
        var self = new StartCommand();
        var command = new Command("start", "Run a broker until SIGTERM or Ctrl-C") { self._file, self._set, self._logLevel };
        runner.Set(command, self.RunAsync);
        root.Add(command);
        root.Add(self._set);
        root.Add(self._logLevel);
        runner.Set(root, self.RunAsync);
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var file = result.CommandResult.Command is RootCommand ? null : result.GetValue(_file)?.FullName;
        var options = NodeOptions.Read(file, result.GetValue(_set) ?? [], Environment.GetEnvironmentVariables());
        foreach (var warning in options.Warnings)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }

        using var logging = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(result.GetValue(_logLevel))
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
            }));
        var log = logging.CreateLogger("deterministic");
        using var host = new NodeHost(HostOptions(options, log));
        var node = new BrokerNode(host.Shards, new BrokerNodeOptions
        {
            Config = options.Config,
            ClusterId = options.ClusterId,
            Log = log,
            OnFatal = error => FatalExit.Stop(new ShardId(0), error),
        });
        host.Start();
        using var pages = await MonitorOpening.OpenAsync(node, host, options, log);
        await StartAsync(node);
        Banner.Print(Console.Out, node, options, pages?.Port);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellation.Register(stop.SetResult);
        await stop.Task;
        Console.WriteLine("Stopping; once more to stop at once.");
        var isClean = await node.StopAsync();
        Console.WriteLine(isClean ? "Stopped cleanly." : "Stopped; the next start will recover the logs.");
        return isClean ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task StartAsync(BrokerNode node)
    {
        try
        {
            await node.StartAsync();
        }
        catch (Exception e) when (e is NetworkException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandException(e.Message, e);
        }
    }

    private static NodeHostOptions HostOptions(NodeOptions options, ILogger log)
    {
        var config = options.Config;
        var shards = config.Shards == 0 ? Math.Min(Environment.ProcessorCount, NodeHostOptions.ShardsMax) : config.Shards;
        if (shards > NodeHostOptions.ShardsMax)
        {
            throw new CommandException($"Invalid value {shards} for configuration shards: Value must be no more than {NodeHostOptions.ShardsMax}");
        }

        return new NodeHostOptions
        {
            ShardCount = shards,
            Sockets = new NetworkOptions
            {
                SendBufferBytes = config.SocketSendBufferBytes,
                ReceiveBufferBytes = config.SocketReceiveBufferBytes,
                ListenBacklog = config.SocketListenBacklogSize,
                Warn = message => HostLog.Warning(log, message),
            },
        };
    }
}
