using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Replication;

/// <summary>
/// The questions of one partition to transaction coordinators that are under way. Whoever asks the same while one is waits for it,
/// so that the batches of a producer keep their order. Owned by its partition.
/// <para>A marker that is appended meanwhile breaks them: what the coordinator said was about the transaction before it (KAFKA-14884).</para>
/// </summary>
internal sealed class TransactionVerifications
{
    private readonly List<Verification> _underWay = [];

    /// <summary>Joins a question that is under way, or begins a new one, which the caller asks and ends with <see cref="End"/>; null if joined.</summary>
    internal Verification? Begin(in TransactionalProducer producer, bool isAddition, Action<ErrorCode> done)
    {
        foreach (var known in _underWay)
        {
            if (!known.IsBroken && known.IsAddition == isAddition && known.Producer == producer)
            {
                Mark.Hit("txn.verification-joined");
                known.Waiting.Add(done);
                return null;
            }
        }

        var verification = new Verification(producer, isAddition);
        verification.Waiting.Add(done);
        _underWay.Add(verification);
        return verification;
    }

    /// <summary>The coordinator answered.</summary>
    internal void End(Verification verification, ErrorCode error)
    {
        _underWay.Remove(verification);
        if (error == ErrorCode.None && verification.IsBroken)
        {
            Mark.Hit("txn.verification-broken-by-marker");
            error = ErrorCode.InvalidTxnState;
        }

        foreach (var done in verification.Waiting)
        {
            done(error);
        }
    }

    /// <summary>A transaction of that producer ends here.</summary>
    internal void Break(long producerId)
    {
        foreach (var verification in _underWay)
        {
            verification.IsBroken |= verification.Producer.ProducerId == producerId;
        }
    }

    /// <summary>Who wants to append. Lives as long as the request that says so.</summary>
    internal readonly record struct TransactionalProducer(Text TransactionalId, long ProducerId, short ProducerEpoch);

    /// <summary>One question under way.</summary>
    internal sealed class Verification(TransactionalProducer producer, bool isAddition)
    {
        internal TransactionalProducer Producer { get; } = producer;

        internal bool IsAddition { get; } = isAddition;

        internal List<Action<ErrorCode>> Waiting { get; } = [];

        internal bool IsBroken { get; set; }
    }
}
