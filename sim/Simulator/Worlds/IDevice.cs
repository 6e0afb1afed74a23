namespace Deterministic.Simulator.Worlds;

/// <summary>A disk or a network card of a node: survives the node's processes and gives each the port that it works through.</summary>
public interface IDevice<out TPort>
{
    /// <summary>The port of a new process. Every use of it after the process ended throws <see cref="ProcessEndedException"/> and has no effect.</summary>
    TPort Attach(SimProcess process);

    /// <summary>The process has ended, in the given way; what it had not finished does not happen any more.</summary>
    void Detach(SimProcess process, ProcessEnd end);
}
