using Deterministic.Simulator.Runs;

namespace Deterministic.Runner.Shrinking;

/// <summary>
/// What two violations have in common that are the same failure. An invariant has one way to fail and its message is about this
/// run. "It threw" has many: there the beginning of the message belongs to it, up to the type of the exception.
/// </summary>
internal static class FailureSignature
{
    /// <summary>The signature.</summary>
    public static string Of(Violation violation)
    {
        const string exception = "Exception";
        var end = violation.Message.IndexOf(exception, StringComparison.Ordinal);
        var says = end < 0 ? "" : violation.Message[..(end + exception.Length)].ReplaceLineEndings("\n").Split('\n')[0];
        return $"{violation.Invariant} {string.Concat(says.Where(static c => !char.IsAsciiDigit(c)))}";
    }
}
