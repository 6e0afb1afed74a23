using System.CommandLine;
using System.Globalization;
using Deterministic.Runner.Running;
using Deterministic.Runner.Shrinking;
using Deterministic.Simulator.Faults;
using Deterministic.Simulator.Runs;
using Deterministic.Simulator.Scenarios;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Runner.Commands;

/// <summary>
/// <c>canary</c>: a broker that acknowledges what it only holds in memory, on machines that lose their power, judged as if it
/// were durable. If no seed says that something acknowledged was lost, it is the simulator that is broken.
/// </summary>
internal sealed class CanaryCommand
{
    private readonly Option<ulong> _seeds = new("--seeds") { Description = "Seeds within which it must be found", DefaultValueFactory = _ => 20 };

    private readonly Option<bool> _shrinks = new("--shrink") { Description = "Make the seed that found it small too, and write its files" };
    private readonly ShrinkOptions _shrink = new();

    private CanaryCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new CanaryCommand();
        var command = new Command("canary", "Plant a bug that must be found; fails when it is not") { self._seeds, self._shrinks, self._shrink.Seconds, self._shrink.Folder };
        actions.Set(command, self.Run);
        return command;
    }

    /// <summary>The seed's scenario with the bug.</summary>
    internal static Scenario Plant(Scenario scenario)
    {
        var properties = new SortedDictionary<string, string>(scenario.Broker.Properties, StringComparer.Ordinal) { ["log.durability"] = "memory" };
        var powerLoss = new PlannedFault
        {
            Kind = FaultKind.ProcessCrash, AtUs = scenario.DurationUs / 3, Amount = 3, DurationUs = SimBroker.QuickRestartUs, End = ProcessEnd.PowerLoss,
        };
        return scenario with
        {
            Broker = scenario.Broker with { Properties = properties },
            Faults = scenario.Faults with { IsAllExpendable = false, ExpendableTopics = [], Faults = [powerLoss] },
        };
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        for (ulong seed = 1; seed <= parsed.GetValue(_seeds) && !interrupt.IsCancellationRequested; seed++)
        {
            var scenario = Plant(ScenarioGenerator.Draw(seed));
            var outcome = SeedRun.Of(scenario, ScenarioGenerator.ChooserOf(seed), new RunSettings(), Simulation.Run);
            Console.WriteLine($"canary {VerdictLine.Of(outcome)}");
            if (outcome.Verdict == Verdict.Fail)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"canary found by seed {seed}: {outcome.Violation!.Invariant}"));
                if (parsed.GetValue(_shrinks))
                {
                    Console.WriteLine(ShrinkReport.Of(scenario, outcome.Violation!, _shrink.TimeMax(parsed), parsed.GetValue(_shrink.Folder)!, Simulation.Run));
                }

                return ExitCode.Success;
            }
        }

        Console.WriteLine($"canary not found in {parsed.GetValue(_seeds)} seeds: the simulator does not see a lost acknowledged record");
        return ExitCode.Failure;
    }
}
