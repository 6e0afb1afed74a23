using Deterministic.Kernel.Ports;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Tests.Networks;

/// <summary>The disk of a node whose programs use none.</summary>
internal sealed class NoDisk : IDevice<IDisk>
{
    public IDisk Attach(SimProcess process) => null!;

    public void Detach(SimProcess process, ProcessEnd end)
    {
    }
}
