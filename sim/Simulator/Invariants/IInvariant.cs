using Deterministic.Protocol.Wire;
using Deterministic.Server;
using Deterministic.Simulator.Observing;
using Deterministic.Simulator.Runs;

namespace Deterministic.Simulator.Invariants;

/// <summary>
/// Something that must hold at all times and that only an omniscient observer can check. One class each; made anew for every
/// run, told of everything in order. Says what is wrong through <see cref="Worlds.World.Fail"/>, and changes nothing.
/// <para>It remembers what it needs of earlier lives of a broker: that is the point.</para>
/// </summary>
internal interface IInvariant
{
    /// <summary>Its name in verdicts, such as <c>high-watermark-monotonic</c>.</summary>
    string Name { get; }

    /// <summary>A log was opened, by a start or because its topic was created; its history does not know yet what was found.</summary>
    void OnOpened(WatchedLog log, LogScan found)
    {
    }

    /// <summary>The marks of a log moved in this step, or it was opened. Must be cheap.</summary>
    void OnMoved(BrokerWatch watch, WatchedLog log)
    {
    }

    /// <summary>A client was told that everything up to an offset is written, by an answer that stands for all in-sync replicas.</summary>
    void OnAcknowledged(WatchedLog log, long lastOffset)
    {
    }

    /// <summary>A client was told that the group has committed an offset of that partition, which nobody deletes.</summary>
    void OnCommitted(Inspection inspection, Text group, Text topic, int partition)
    {
    }

    /// <summary>A member was told what a generation of its group assigns to it.</summary>
    void OnAssigned(Inspection inspection)
    {
    }

    /// <summary>A shard acts by a new image since this step.</summary>
    void OnImage(BrokerWatch watch, BrokerShard shard)
    {
    }

    /// <summary>Now and then, at chosen moments between two steps, while the broker serves: may compare whole logs.</summary>
    void Inspect(Inspection inspection)
    {
    }

    /// <summary>The broker's state has changed.</summary>
    void OnState(BrokerWatch watch, BrokerState state)
    {
    }

    /// <summary>Once, at the end: all is healed, clients have read everything, and a while has passed without work.</summary>
    void AtEnd(Inspection inspection)
    {
    }

    /// <summary>Once, at the end: clients are gone for longer than a connection may be idle, and nothing is under way.</summary>
    void AtRest(Inspection inspection)
    {
    }
}
