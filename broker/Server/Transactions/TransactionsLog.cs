using Deterministic.Protocol;
using Microsoft.Extensions.Logging;

namespace Deterministic.Server.Transactions;

/// <summary>The log lines of transactions. Stateless.</summary>
internal static partial class TransactionsLog
{
    [LoggerMessage(260, LogLevel.Warning, "Transactional id {TransactionalId}: {Partition} refused the marker with {Error}; the transaction stays as it is")]
    internal static partial void MarkerFenced(ILogger log, string transactionalId, TopicPartition partition, string error);
}
