using System.Buffers.Binary;
using System.Collections.Immutable;
using Deterministic.Protocol;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Transactions;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Transactions;

/// <summary>The records of <c>__transaction_state</c>, in the versions that Kafka 4.3.1 writes. Stateless.</summary>
public static class TransactionRecords
{
    private const int FrameBytes = 2;
    private const short KeyVersion = 0;

    /// <summary>Since transaction version 1 values are written in version 1, which has tagged fields.</summary>
    private const short TaggedSince = 1;

    /// <summary>The key of a transactional id.</summary>
    public static Blob KeyOf(Text transactionalId)
    {
        var key = new TransactionLogKey { TransactionalId = transactionalId };
        var bytes = StoredCodec.Encode(ref key, KeyVersion, FrameBytes);
        BinaryPrimitives.WriteInt16BigEndian(bytes, TransactionLogKey.Info.Type);
        return new Blob(bytes);
    }

    /// <summary>The transactional id of a key; null for a record of a kind that this release does not know.</summary>
    public static Text? ReadKey(ReadOnlyMemory<byte> key) =>
        key.Length >= FrameBytes && BinaryPrimitives.ReadInt16BigEndian(key.Span) == TransactionLogKey.Info.Type
            ? StoredCodec.Decode<TransactionLogKey>(key[FrameBytes..], KeyVersion, out _).TransactionalId.Copy()
            : null;

    /// <summary>The value that says so, in the version that belongs to the cluster's <c>transaction.version</c>.</summary>
    public static Blob ValueOf(TransactionMetadata metadata, short transactionVersion)
    {
        var version = (short)(transactionVersion >= TaggedSince ? 1 : 0);
        var value = new TransactionLogValue
        {
            ProducerId = metadata.ProducerId,
            PreviousProducerId = version > 0 ? metadata.PreviousProducerId : -1,
            NextProducerId = version > 0 ? metadata.NextProducerId : -1,
            ProducerEpoch = metadata.ProducerEpoch,
            TransactionTimeoutMs = metadata.TimeoutMs,
            TransactionStatus = (sbyte)metadata.State,
            TransactionPartitions = PartitionsOf(metadata),
            TransactionLastUpdateTimestampMs = metadata.LastUpdateMs,
            TransactionStartTimestampMs = metadata.StartMs,
            ClientTransactionVersion = version > 0 ? metadata.ClientVersion : (short)0,
        };
        var bytes = StoredCodec.Encode(ref value, version, FrameBytes);
        BinaryPrimitives.WriteInt16BigEndian(bytes, version);
        return new Blob(bytes);
    }

    /// <summary>What a value says; null for a tombstone.</summary>
    /// <exception cref="MalformedMessageException">The version is unknown or the bytes are not that message.</exception>
    public static TransactionMetadata? ReadValue(Blob value)
    {
        if (value.IsNull)
        {
            return null;
        }

        if (value.Bytes.Length < FrameBytes)
        {
            throw new MalformedMessageException($"a value of __transaction_state has {value.Bytes.Length} bytes");
        }

        var version = BinaryPrimitives.ReadInt16BigEndian(value.Bytes.Span);
        var stored = StoredCodec.Decode<TransactionLogValue>(value.Bytes[FrameBytes..], version, out _);
        return new TransactionMetadata
        {
            ProducerId = stored.ProducerId,
            PreviousProducerId = stored.PreviousProducerId,
            NextProducerId = stored.NextProducerId,
            ProducerEpoch = stored.ProducerEpoch,
            TimeoutMs = stored.TransactionTimeoutMs,
            State = (TransactionState)stored.TransactionStatus,
            Partitions = PartitionsOf(stored.TransactionPartitions),
            LastUpdateMs = stored.TransactionLastUpdateTimestampMs,
            StartMs = stored.TransactionStartTimestampMs,
            ClientVersion = stored.ClientTransactionVersion,
        };
    }

    private static ImmutableArray<TopicPartition> PartitionsOf(Seq<TransactionLogValue.PartitionsSchema> topics)
    {
        var partitions = ImmutableArray.CreateBuilder<TopicPartition>();
        foreach (var topic in topics)
        {
            var name = topic.Topic.ToString();
            foreach (var partition in topic.PartitionIds)
            {
                partitions.Add(new TopicPartition(name, partition));
            }
        }

        return partitions.ToImmutable();
    }

    /// <summary>By topic, each where it came first; null where there never was a transaction, as Kafka has it.</summary>
    private static Seq<TransactionLogValue.PartitionsSchema> PartitionsOf(TransactionMetadata metadata)
    {
        if (metadata.State == TransactionState.Empty)
        {
            return Seq<TransactionLogValue.PartitionsSchema>.Null;
        }

        var topics = new Seq<TransactionLogValue.PartitionsSchema>();
        foreach (var group in metadata.Partitions.GroupBy(partition => partition.Topic, StringComparer.Ordinal))
        {
            topics.Add(new TransactionLogValue.PartitionsSchema
            {
                Topic = group.Key,
                PartitionIds = Seq<int>.Of(group.Select(partition => partition.Partition)),
            });
        }

        return topics;
    }
}
