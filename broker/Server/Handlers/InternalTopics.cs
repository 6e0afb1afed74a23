namespace Deterministic.Server.Handlers;

/// <summary>The topics that belong to coordinators. Stateless.</summary>
internal static class InternalTopics
{
    internal const string ConsumerOffsets = "__consumer_offsets";
    internal const string TransactionState = "__transaction_state";

    /// <summary>Whether only coordinators append to it.</summary>
    internal static bool IsClosedToProducers(string topic) => topic is ConsumerOffsets or TransactionState;
}
