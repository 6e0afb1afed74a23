namespace Deterministic.Server.Groups.Assignors;

/// <summary>The assignors that a broker can be told to offer (<c>group.consumer.assignors</c>). Stateless.</summary>
internal static class ConsumerAssignors
{
    private static readonly IConsumerAssignor[] s_all = [new UniformAssignor(), new RangeAssignor()];

    /// <summary>The assignor of that name, or null. Kafka's own may also be named by their classes.</summary>
    internal static IConsumerAssignor? Find(string name) => s_all.FirstOrDefault(assignor => assignor.Name == name || ClassOf(assignor) == name);

    private static string ClassOf(IConsumerAssignor assignor) => "org.apache.kafka.coordinator.group.assignor." + assignor.GetType().Name;
}
