using System.CommandLine;
using Deterministic.Host.Commands;

using var interrupt = new Interrupt();

// The signals are ours: System.CommandLine would wait for the command on the thread that hears of them.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await CommandLine.Build().Parse(args).InvokeAsync(invocation, interrupt.Token);
