namespace Deterministic.Storage;

/// <summary>What a log remembers of a producer, as it is told to clients. Numbers that are not known are -1.</summary>
public readonly record struct ActiveProducer(
    long ProducerId, short ProducerEpoch, int LastSequence, long LastTimestamp, int CoordinatorEpoch, long TransactionFirstOffset);
