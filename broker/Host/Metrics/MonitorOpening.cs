using Deterministic.Host.Commands;
using Deterministic.Host.Options;
using Deterministic.Kernel;
using Deterministic.Kernel.Ports;
using Deterministic.Server;
using Microsoft.Extensions.Logging;

namespace Deterministic.Host.Metrics;

/// <summary>Opens the pages that <c>metrics.listener</c> asks for. Stateless.</summary>
internal static class MonitorOpening
{
    /// <summary>
    /// The pages, before the broker starts; null when there shall be none. Where somebody set the address it must be free; the default
    /// one may be taken by a second broker of this machine, which then has no pages.
    /// </summary>
    internal static async Task<MonitorServer?> OpenAsync(BrokerNode node, NodeHost host, NodeOptions options, ILogger log)
    {
        if (options.Config.MetricsListener is not var (address, port))
        {
            return null;
        }

        var server = new MonitorServer(node.Monitor, host.Disk, (_, error) => FatalExit.Stop(new ShardId(0), error));
        try
        {
            await server.ListenAsync(address, port);
            return server;
        }
        catch (NetworkException e)
        {
            server.Dispose();
            if (options.Config.Values.IsSet("metrics.listener"))
            {
                throw new CommandException($"metrics.listener: {e.Message}", e);
            }

            HostLog.Warning(log, $"no /metrics, /healthz and /readyz: {e.Message} (metrics.listener is not set; its default is {address}:{port})");
            return null;
        }
    }
}
