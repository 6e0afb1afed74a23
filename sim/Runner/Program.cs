using System.CommandLine;
using Deterministic.Runner.Commands;

using var interrupt = new Interrupt();
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return CommandLine.Build(interrupt.Token).Parse(args).Invoke(invocation);
