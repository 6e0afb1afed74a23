using System.CommandLine;
using Deterministic.Host.Client;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Host.Commands;

/// <summary><c>api-versions</c>: what each broker speaks; as kafka-broker-api-versions shows it.</summary>
internal sealed class ApiVersionsCommand
{
    private readonly CommonOptions _common;

    private ApiVersionsCommand(CommonOptions common)
    {
        _common = common;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new ApiVersionsCommand(common);
        var command = new Command("api-versions", "Show which APIs each broker serves, and in which versions") { common.BootstrapServer, common.Json };
        runner.Set(command, self.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-api-versions");
        var metadata = await client.MetadataAsync([], cancellation);
        var report = new Report("Broker", "Address", "Api key", "Api", "Min version", "Max version");
        foreach (var broker in metadata.Brokers.ToArray())
        {
            var connection = await client.NodeAsync(broker.NodeId, cancellation);
            var request = new ApiVersionsRequest { ClientSoftwareName = "deterministic", ClientSoftwareVersion = "1" };
            var response = await connection.SendAsync<ApiVersionsRequest, ApiVersionsResponse>(request, cancellation);
            foreach (var api in response.ApiKeys.ToArray().OrderBy(api => api.ApiKey))
            {
                var key = (ApiKey)api.ApiKey;
                report.Add(
                    broker.NodeId, connection.Address, api.ApiKey, Enum.IsDefined(key) ? key.ToString() : "UNKNOWN", api.MinVersion, api.MaxVersion);
            }
        }

        report.Print(result);
        return ExitCode.Success;
    }
}
