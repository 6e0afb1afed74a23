using Deterministic.Protocol;

namespace Deterministic.Server.Transactions;

/// <summary>Producer ids that nobody else was given. Called and answered on the shard of the coordinator.</summary>
public interface IProducerIds
{
    /// <summary>Asks for one; <paramref name="done"/> is called exactly once, with the id or with why there is none.</summary>
    void Next(Action<long, ErrorCode> done);
}
