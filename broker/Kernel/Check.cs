using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Deterministic.Kernel;

/// <summary>
/// Invariants, checked in release builds. A broken one throws <see cref="InvariantException"/>, which no handler
/// catches: the broker stops with the state it saw, since continuing on a false premise is how data gets lost.
/// </summary>
public static class Check
{
    /// <summary>States an invariant. The message is only built when it is broken.</summary>
    public static void That(
        [DoesNotReturnIf(false)] bool holds,
        [InterpolatedStringHandlerArgument(nameof(holds))] ref CheckMessage message)
    {
        if (!holds)
        {
            throw new InvariantException(message.ToString());
        }
    }

    /// <summary>States an invariant whose own text says enough.</summary>
    public static void That(
        [DoesNotReturnIf(false)] bool holds,
        [CallerArgumentExpression(nameof(holds))] string message = "")
    {
        if (!holds)
        {
            throw new InvariantException(message);
        }
    }
}
