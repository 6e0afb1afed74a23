using Deterministic.Host.Options;
using Deterministic.Server;

namespace Deterministic.Host.Commands;

/// <summary>What a broker tells the person who started it. Stateless.</summary>
internal static class Banner
{
    /// <summary>Prints where it listens, where the data is, and three lines to try.</summary>
    public static void Print(TextWriter output, BrokerNode node, NodeOptions options, int? pagesPort)
    {
        var config = options.Config;
        var address = AddressOf(node, options);
        output.WriteLine($"Broker {config.NodeId} of cluster {node.ClusterId} is ready.");
        output.WriteLine($"  listening on  {string.Join(", ", config.Listeners.Advertised.Select(listener => $"{listener.Name} {listener.Host}:{PortOf(node, listener.Name, listener.Port)}"))}");
        output.WriteLine($"  data in       {string.Join(", ", config.LogDirs)}");
        if (pagesPort is { } port)
        {
            var (host, _) = config.MetricsListener!.Value;
            output.WriteLine($"  metrics at    http://{(host.Length == 0 ? "localhost" : host)}:{port}/metrics, health at /healthz and /readyz");
        }

        output.WriteLine("Try it in another terminal:");
        output.WriteLine($"  {Program()} topics --create --topic hello --partitions 3 -b {address}");
        output.WriteLine($"  echo world | kcat -b {address} -t hello -P     # or: echo world | {Program()} produce --topic hello -b {address}");
        output.WriteLine($"  kafka-console-consumer.sh --topic hello --from-beginning --bootstrap-server {address}");
        output.WriteLine("Stop with Ctrl-C.");
        output.Flush();
    }

    private static string AddressOf(BrokerNode node, NodeOptions options)
    {
        var listener = options.Config.Listeners.Advertised[0];
        return $"{listener.Host}:{PortOf(node, listener.Name, listener.Port)}";
    }

    // With port 0 the operating system chose one.
    private static int PortOf(BrokerNode node, string name, int advertised) =>
        advertised != 0 ? advertised : node.Listening.FirstOrDefault(listener => listener.Name == name).Port;

    /// <summary>How this very program is called again.</summary>
    private static string Program()
    {
        var path = Environment.ProcessPath ?? "deterministic";
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Length < path.Length ? (relative.Contains('/', StringComparison.Ordinal) ? relative : "./" + relative) : path;
    }
}
