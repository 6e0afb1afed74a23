using System.CommandLine;
using Deterministic.Host.Files;
using Deterministic.Host.Options;
using Deterministic.Protocol;
using Deterministic.Raft;
using Deterministic.Server.Controller;

namespace Deterministic.Host.Commands;

/// <summary><c>format</c> and <c>random-uuid</c>: prepares log directories; option names as kafka-storage has them.</summary>
internal sealed class FormatCommand
{
    private const string SupportedRelease = "4.3";

    private readonly Option<FileInfo?> _config = new("--config", "-c") { Description = "Kafka's properties file; without it the default data folder" };
    private readonly Option<string[]> _set = new("--set", "--override") { Description = "key=value, stronger than the file, repeatable" };
    private readonly Option<string?> _clusterId = new("--cluster-id", "-t") { Description = "The cluster's id (CLUSTER_ID, or a new one)" };
    private readonly Option<bool> _standalone = new("--standalone", "-s") { Description = "A quorum of this node alone that others may join later" };
    private readonly Option<bool> _noInitialControllers = new("--no-initial-controllers", "-N") { Description = "Not supported: a node joins no quorum yet" };
    private readonly Option<bool> _ignoreFormatted = new("--ignore-formatted", "-g") { Description = "Leave formatted directories as they are" };
    private readonly Option<string?> _release = new("--release-version", "-r") { Description = $"Feature levels of this release ({SupportedRelease})" };

    private FormatCommand()
    {
    }

    /// <summary>The command <c>format</c>.</summary>
    public static Command Build(CommandRunner runner)
    {
        var self = new FormatCommand();
        var command = new Command("format", "Prepare log directories (start does it as well)")
        {
            self._config, self._set, self._clusterId, self._standalone, self._noInitialControllers, self._ignoreFormatted, self._release,
        };
        runner.Set(command, self.RunAsync);
        return command;
    }

    /// <summary>The command <c>random-uuid</c>.</summary>
    public static Command BuildRandomUuid(CommandRunner runner)
    {
        var command = new Command("random-uuid", "Print an id that will do for a new cluster");
        runner.Set(command, (_, _) =>
        {
            Console.WriteLine(Uuid.FromRandom(new OsRandom()));
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    private Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        if (result.GetValue(_noInitialControllers))
        {
            throw new CommandException("--no-initial-controllers: a node of this version is a cluster of its own and joins no quorum; use --standalone");
        }

        if (result.GetValue(_release) is { } release && !release.StartsWith(SupportedRelease, StringComparison.Ordinal))
        {
            throw new CommandException($"--release-version {release}: this version writes the feature levels of {SupportedRelease} only");
        }

        var options = NodeOptions.Read(result.GetValue(_config)?.FullName, result.GetValue(_set) ?? [], Environment.GetEnvironmentVariables());
        var clusterId = result.GetValue(_clusterId) ?? options.ClusterId;
        if (clusterId is not null && !Uuid.TryParse(clusterId, out _))
        {
            throw new CommandException($"--cluster-id {clusterId}: it must be 22 characters of URL-safe base64; deterministic random-uuid prints one");
        }

        var config = options.Config;
        using var disk = new OsDisk();
        try
        {
            var (id, count) = StorageFormatter.Format(disk, new OsRandom(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), new FormatOptions
            {
                ClusterId = clusterId,
                NodeId = config.NodeId,
                LogDirs = [.. config.LogDirs],
                MetadataLogDir = config.MetadataLogDir,
                IgnoreFormatted = result.GetValue(_ignoreFormatted),
                HasStaticVoters = !result.GetValue(_standalone),
                ControllerEndpoints = [.. config.Listeners.Controller.Select(listener => new VoterEndpoint(listener.Name, listener.Host, listener.Port))],
            });
            Console.WriteLine(count > 0
                ? $"Formatted {string.Join(", ", config.LogDirs)} for node {config.NodeId} of cluster {id}."
                : $"All of the log directories are already formatted (cluster {id}).");
        }
        catch (InvalidDataException e)
        {
            throw new CommandException(e.Message, e);
        }

        return Task.FromResult(ExitCode.Success);
    }
}
