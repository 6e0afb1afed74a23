using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;

namespace Deterministic.Host.Commands;

/// <summary><c>cluster</c>: id and endpoints of the cluster, and forgetting a broker; names as kafka-cluster has them.</summary>
internal sealed class ClusterCommand
{
    private const string ClientId = "deterministic-cluster";

    private readonly CommonOptions _common;
    private readonly Option<int> _id = new("--id", "-i") { Description = "Id of the broker to forget", Required = true };
    private readonly Option<bool> _includeFenced = new("--include-fenced-brokers") { Description = "Also brokers that are registered and away" };

    private ClusterCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ClusterCommand(common);
        var id = new Command("cluster-id", "Show the id of the cluster") { common.BootstrapServer, common.Json };
        var unregister = new Command("unregister", "Forget a broker that is gone for good") { common.BootstrapServer, self._id };
        var endpoints = new Command("list-endpoints", "Show where the brokers are") { common.BootstrapServer, common.Json, self._includeFenced };
        runner.Set(id, self.ShowIdAsync);
        runner.Set(unregister, self.UnregisterAsync);
        runner.Set(endpoints, self.ListEndpointsAsync);
        return new Command("cluster", "Show the cluster's id and endpoints, forget a broker") { id, unregister, endpoints };
    }

    private async Task<int> ShowIdAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, ClientId);
        var response = await DescribeAsync(client, includeFenced: false, cancellation);
        if (result.GetValue(_common.Json))
        {
            var report = new Report("Cluster id");
            report.Add(response.ClusterId.ToString());
            report.Print(asJson: true);
        }
        else
        {
            Console.WriteLine($"Cluster ID: {response.ClusterId}");
        }

        return ExitCode.Success;
    }

    private async Task<int> UnregisterAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, ClientId);
        var id = result.GetValue(_id);
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<UnregisterBrokerRequest, UnregisterBrokerResponse>(new UnregisterBrokerRequest { BrokerId = id }, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, $"Broker {id} was not unregistered", response.ErrorMessage.AsString());
        Console.WriteLine($"Broker {id} is no longer registered.");
        return ExitCode.Success;
    }

    private async Task<int> ListEndpointsAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, ClientId);
        var response = await DescribeAsync(client, result.GetValue(_includeFenced), cancellation);
        var report = new Report("Id", "Host", "Port", "Rack", "State", "Endpoint type");
        foreach (var broker in response.Brokers.ToArray().OrderBy(broker => broker.BrokerId))
        {
            report.Add(
                broker.BrokerId, broker.Host.ToString(), broker.Port, broker.Rack.AsString(), broker.IsFenced ? "fenced" : "unfenced",
                response.EndpointType == 1 ? "broker" : "controller");
        }

        report.Print(result);
        return ExitCode.Success;
    }

    private static async Task<DescribeClusterResponse> DescribeAsync(KafkaClient client, bool includeFenced, CancellationToken cancellation)
    {
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<DescribeClusterRequest, DescribeClusterResponse>(
            new DescribeClusterRequest { IncludeFencedBrokers = includeFenced }, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, "The cluster", response.ErrorMessage.AsString());
        return response;
    }
}
