using System.CommandLine;
using System.Globalization;
using Deterministic.Runner.Determinism;
using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Commands;

/// <summary><c>fingerprint</c>: what the second process of <c>determinism</c> runs. Formats numbers otherwise than anybody, so that a text that depends on the culture shows.</summary>
internal sealed class FingerprintCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "fingerprint";

    private readonly Option<ulong> _from = new("--from") { DefaultValueFactory = _ => 1 };
    private readonly Option<ulong> _seeds = new("--seeds") { DefaultValueFactory = _ => 1 };
    private readonly Option<int> _jobs = new("--jobs") { DefaultValueFactory = _ => 1 };
    private readonly Option<long[]?> _steps = new("--steps") { Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };

    private FingerprintCommand()
    {
    }

    /// <summary>The command.</summary>
    public static Command Build(Actions actions)
    {
        var self = new FingerprintCommand();
        var command = new Command(Name, "The second process of determinism") { self._from, self._seeds, self._jobs, self._steps };
        command.Hidden = true;
        actions.Set(command, self.Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupt)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = OddCulture();
        var side = new ThisProcess(Simulation.Run, parsed.GetValue(_jobs));
        var lines = parsed.GetValue(_steps) is [var first, var last]
            ? side.Steps(parsed.GetValue(_from), first, last)
            : side.Run(parsed.GetValue(_from), parsed.GetValue(_seeds)).Select(print => print.ToLine());
        foreach (var line in lines)
        {
            Console.WriteLine(line);
        }

        return ExitCode.Success;
    }

    private static CultureInfo OddCulture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "~";
        culture.DateTimeFormat.ShortDatePattern = "dd/yyyy/MM";
        return culture;
    }
}
