using System.Globalization;

namespace Deterministic.Simulation.Tests;

public sealed class RegressionTests
{
    public static TheoryData<ulong> Seeds =>
    [
        .. File.ReadLines(Path.Combine(Regression.Folder, "Regressions.txt")).Select(line => line.Split('#')[0].Trim())
            .Where(line => line.Length > 0).Select(line => ulong.Parse(line, CultureInfo.InvariantCulture)),
    ];

    [Fact]
    public void What_was_shrunk_finds_nothing_any_more()
    {
        foreach (var file in Directory.GetFiles(Regression.Folder, "*.json").Order(StringComparer.Ordinal))
        {
            Regression.Passes(Path.GetFileName(file));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_seed_that_once_failed_finds_nothing_any_more(ulong seed) => Regression.Passes(seed);
}
