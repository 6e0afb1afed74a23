using System.CommandLine;
using System.Globalization;
using Deterministic.Host.Client;
using Deterministic.Protocol.Apis;

namespace Deterministic.Host.Commands;

/// <summary><c>features</c>: the feature levels of the cluster; sub-commands and options as kafka-features has them.</summary>
internal sealed class FeaturesCommand
{
    private const sbyte Upgrade = 1;
    private const sbyte SafeDowngrade = 2;
    private const sbyte UnsafeDowngrade = 3;
    private const int TimeoutMs = 30_000;

    private readonly CommonOptions _common;
    private readonly CommandRunner _runner;

    private FeaturesCommand(CommonOptions common, CommandRunner runner)
    {
        _common = common;
        _runner = runner;
    }

    /// <summary>The command.</summary>
    public static Command Build(CommonOptions common, CommandRunner runner)
    {
        var self = new FeaturesCommand(common, runner);
        var describe = new Command("describe", "Show supported and finalized levels") { common.BootstrapServer, common.Json };
        runner.Set(describe, self.DescribeAsync);
        return new Command("features", "Show and change the feature levels of the cluster")
        {
            describe,
            self.BuildChange("upgrade", "Raise feature levels", takesLevel: true, isUpgrade: true),
            self.BuildChange("downgrade", "Lower feature levels", takesLevel: true, isUpgrade: false),
            self.BuildChange("disable", "Turn features off", takesLevel: false, isUpgrade: false),
        };
    }

    /// <summary>name=level, or the name alone for level 0.</summary>
    internal static (string Name, short Level) ParseFeature(string text, bool takesLevel)
    {
        if (!takesLevel)
        {
            return (text.Trim(), 0);
        }

        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && short.TryParse(text.AsSpan(equals + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var level)
            ? (text[..equals].Trim(), level)
            : throw new CommandException($"Can't parse feature=level string {text}: equals sign and a number expected, for example --feature group.version=1");
    }

    private Command BuildChange(string name, string description, bool takesLevel, bool isUpgrade)
    {
        var feature = new Option<string[]>("--feature")
        {
            Description = takesLevel ? "name=level, repeatable" : "name, repeatable", Required = true,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only ask whether it could be done" };
        var isUnsafe = new Option<bool>("--unsafe") { Description = "Also where metadata may be lost" };
        var command = new Command(name, description) { _common.BootstrapServer, feature, dryRun };
        if (!isUpgrade)
        {
            command.Add(isUnsafe);
        }

        _runner.Set(command, (result, cancellation) => ChangeAsync(
            result,
            [.. result.GetValue(feature)!.Select(text => ParseFeature(text, takesLevel))],
            isUpgrade ? Upgrade : result.GetValue(isUnsafe) ? UnsafeDowngrade : SafeDowngrade,
            result.GetValue(dryRun),
            cancellation));
        return command;
    }

    private async Task<int> ChangeAsync(
        ParseResult result, IReadOnlyList<(string Name, short Level)> features, sbyte type, bool isDryRun, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-features");
        var request = new UpdateFeaturesRequest { TimeoutMs = TimeoutMs, ValidateOnly = isDryRun };
        foreach (var (name, level) in features)
        {
            request.FeatureUpdates.Add(new UpdateFeaturesRequest.FeatureUpdateKey { Feature = name, MaxVersionLevel = level, UpgradeType = type });
        }

        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<UpdateFeaturesRequest, UpdateFeaturesResponse>(request, cancellation);
        KafkaClientException.ThrowOn(response.ErrorCode, "No feature was changed", response.ErrorMessage.AsString());
        foreach (var (name, level) in features)
        {
            Console.WriteLine($"{name} {(isDryRun ? "can be" : "was")} {(type == Upgrade ? "upgraded" : level == 0 ? "disabled" : "downgraded")} to {level}.");
        }

        return ExitCode.Success;
    }

    private async Task<int> DescribeAsync(ParseResult result, CancellationToken cancellation)
    {
        using var client = KafkaClient.Of(result.GetValue(_common.BootstrapServer)!, "deterministic-features");
        var request = new ApiVersionsRequest { ClientSoftwareName = "deterministic", ClientSoftwareVersion = "1" };
        var connection = await client.AnyAsync(cancellation);
        var response = await connection.SendAsync<ApiVersionsRequest, ApiVersionsResponse>(request, cancellation);
        var finalized = response.FinalizedFeatures.ToArray().ToDictionary(feature => feature.Name.ToString(), feature => feature.MaxVersionLevel, StringComparer.Ordinal);
        var report = new Report("Feature", "Supported min version", "Supported max version", "Finalized version level", "Epoch");
        foreach (var feature in response.SupportedFeatures.ToArray().OrderBy(feature => feature.Name.ToString(), StringComparer.Ordinal))
        {
            report.Add(
                feature.Name.ToString(), feature.MinVersion, feature.MaxVersion,
                finalized.GetValueOrDefault(feature.Name.ToString()), response.FinalizedFeaturesEpoch);
        }

        report.Print(result.GetValue(_common.Json));
        return ExitCode.Success;
    }
}
