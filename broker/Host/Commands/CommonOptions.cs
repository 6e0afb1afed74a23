using System.CommandLine;

namespace Deterministic.Host.Commands;

/// <summary>Options that several commands have. One instance for the command line.</summary>
internal sealed class CommonOptions
{
    /// <summary>Where the cluster is.</summary>
    public Option<string> BootstrapServer { get; } = new("--bootstrap-server", "-b")
    {
        Description = "Brokers to ask first, host:port[,host:port...]",
        DefaultValueFactory = _ => "localhost:9092",
    };

    /// <summary>How a Kafka client would connect.</summary>
    public Option<FileInfo?> CommandConfig { get; } = new("--command-config") { Description = "Properties of a Kafka client; security.protocol may only be PLAINTEXT" };

    /// <summary>JSON instead of a table.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, for programs" };

    /// <summary>Stack traces with errors.</summary>
    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Print the stack trace of an error; describe groups with more columns", Recursive = true };
}
