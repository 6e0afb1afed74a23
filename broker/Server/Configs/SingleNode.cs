namespace Deterministic.Server.Configs;

/// <summary>
/// What a node that is a cluster of its own is given when its properties leave it out, so that it starts without a
/// properties file. Apache Kafka asks for these. Stateless.
/// </summary>
internal static class SingleNode
{
    private const string Listeners = "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093";
    private const string ControllerListener = "CONTROLLER";

    /// <summary>The properties with the missing ones added.</summary>
    public static Dictionary<string, string> Complete(IReadOnlyDictionary<string, string> properties)
    {
        var complete = new Dictionary<string, string>(properties, StringComparer.Ordinal);
        var roles = properties.GetValueOrDefault("process.roles", "broker,controller");
        complete["process.roles"] = roles;
        complete.TryAdd("node.id", properties.GetValueOrDefault("broker.id", "1"));
        if (complete.TryAdd("listeners", Listeners))
        {
            complete.TryAdd("controller.listener.names", ControllerListener);
        }
        else if (complete["listeners"].Contains(ControllerListener + "://", StringComparison.OrdinalIgnoreCase))
        {
            complete.TryAdd("controller.listener.names", ControllerListener);
        }

        // As Apache Kafka's own server.properties has it: one node cannot hold three replicas.
        complete.TryAdd("offsets.topic.replication.factor", "1");
        complete.TryAdd("transaction.state.log.replication.factor", "1");
        complete.TryAdd("transaction.state.log.min.isr", "1");
        return complete;
    }
}
