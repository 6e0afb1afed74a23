using System.Reflection;
using Microsoft.Coyote.Runtime;

namespace Deterministic.Concurrency.Tests.Exploring;

/// <summary>
/// A shard makes itself the current context of its thread. Coyote takes every such call for lost control, and would then wait for
/// uncontrolled threads instead of reporting a deadlock. No test here awaits, so that nothing runs anywhere but where it is started.
/// </summary>
internal static class ShardContext
{
    internal const string Type = "System.Threading.SynchronizationContext";

    /// <summary>All threads are controlled still, whatever the context.</summary>
    internal static void IsControlled()
    {
        var runtime = RuntimeProvider.Current;
        var flag = runtime.GetType().GetField("IsUncontrolledConcurrencyDetected", BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new MissingFieldException(runtime.GetType().Name, "IsUncontrolledConcurrencyDetected");
        flag.SetValue(runtime, false);
    }
}
