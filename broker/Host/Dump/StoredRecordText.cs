using System.Buffers.Binary;
using Deterministic.Protocol.Records;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Stored.Groups;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Stored.Transactions;
using Deterministic.Server.Metadata;

namespace Deterministic.Host.Dump;

/// <summary>Keys and values of records as text: plain, of <c>__consumer_offsets</c>, of <c>__transaction_state</c>, of <c>__cluster_metadata</c>, of control batches. Stateless.</summary>
internal static class StoredRecordText
{
    private const int FrameBytes = 2;
    private const string Unknown = "\"UNKNOWN\"";

    /// <summary>Key and value of a record of <c>__consumer_offsets</c>, as JSON; of types that are unknown here nothing but the type.</summary>
    public static (string Key, string Value) Offsets(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, bool isValueNull)
    {
        if (key.Length < FrameBytes)
        {
            return (Unknown, Unknown);
        }

        return BinaryPrimitives.ReadInt16BigEndian(key.Span) switch
        {
            0 or 1 => Pair<OffsetCommitKey, OffsetCommitValue>(key, value, isValueNull),
            2 => Pair<GroupMetadataKey, GroupMetadataValue>(key, value, isValueNull),
            3 => Pair<ConsumerGroupMetadataKey, ConsumerGroupMetadataValue>(key, value, isValueNull),
            4 => Pair<ConsumerGroupPartitionMetadataKey, ConsumerGroupPartitionMetadataValue>(key, value, isValueNull),
            5 => Pair<ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue>(key, value, isValueNull),
            6 => Pair<ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue>(key, value, isValueNull),
            7 => Pair<ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue>(key, value, isValueNull),
            8 => Pair<ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue>(key, value, isValueNull),
            16 => Pair<ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue>(key, value, isValueNull),
            var type => ($"{{\"type\":\"{type}\",\"data\":\"UNKNOWN\"}}", Unknown),
        };
    }

    /// <summary>Key and value of a record of <c>__transaction_state</c>, as JSON.</summary>
    public static (string Key, string Value) Transactions(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, bool isValueNull) =>
        key.Length >= FrameBytes && BinaryPrimitives.ReadInt16BigEndian(key.Span) == TransactionLogKey.Info.Type
            ? Pair<TransactionLogKey, TransactionLogValue>(key, value, isValueNull)
            : (Unknown, Unknown);

    /// <summary>What a control record says: a transaction marker's result and coordinator epoch, or the type and its fields.</summary>
    public static IEnumerable<(string Name, object Value)> Control(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value)
    {
        if (!ControlRecords.TryReadType(key, out var type))
        {
            return [("controlType", "UNKNOWN")];
        }

        return type switch
        {
            ControlRecordType.Abort or ControlRecordType.Commit =>
                [("endTxnMarker", type.ToString().ToUpperInvariant()), ("coordinatorEpoch", ControlRecords.ReadCoordinatorEpoch(value.Span))],
            ControlRecordType.LeaderChange => [("LeaderChange", new JsonText(ControlText<LeaderChangeMessage>(value)))],
            ControlRecordType.SnapshotHeader => [("SnapshotHeader", new JsonText(ControlText<SnapshotHeaderRecord>(value), IsBare: true))],
            ControlRecordType.SnapshotFooter => [("SnapshotFooter", new JsonText(ControlText<SnapshotFooterRecord>(value), IsBare: true))],
            ControlRecordType.KRaftVersion => [("KRaftVersion", new JsonText(ControlText<KRaftVersionRecord>(value), IsBare: true))],
            ControlRecordType.KRaftVoters => [("KRaftVoters", new JsonText(ControlText<VotersRecord>(value), IsBare: true))],
            _ => [("controlType", type.ToString())],
        };
    }

    /// <summary>A record of <c>__cluster_metadata</c>.</summary>
    public static string Metadata(ReadOnlyMemory<byte> value)
    {
        var (type, version, body) = MetadataRecordFrame.Decode(value);
        foreach (var decode in s_metadata)
        {
            if (decode(type, version, body) is { } text)
            {
                return text;
            }
        }

        return $"{{\"type\":{type},\"version\":{version}}}";
    }

    private static readonly Func<short, short, ReadOnlyMemory<byte>, string?>[] s_metadata =
    [
        Try<AbortTransactionRecord>, Try<AccessControlEntryRecord>, Try<BeginTransactionRecord>, Try<BrokerRegistrationChangeRecord>,
        Try<ClearElrRecord>, Try<ClientQuotaRecord>, Try<ConfigRecord>, Try<DelegationTokenRecord>, Try<EndTransactionRecord>,
        Try<FeatureLevelRecord>, Try<FenceBrokerRecord>, Try<NoOpRecord>, Try<PartitionChangeRecord>, Try<PartitionRecord>,
        Try<ProducerIdsRecord>, Try<RegisterBrokerRecord>, Try<RegisterControllerRecord>, Try<RemoveAccessControlEntryRecord>,
        Try<RemoveDelegationTokenRecord>, Try<RemoveTopicRecord>, Try<RemoveUserScramCredentialRecord>, Try<TopicRecord>,
        Try<UnfenceBrokerRecord>, Try<UnregisterBrokerRecord>, Try<UserScramCredentialRecord>, Try<ZkMigrationStateRecord>,
    ];

    private static string? Try<T>(short type, short version, ReadOnlyMemory<byte> body)
        where T : struct, IStoredMessage
    {
        if (T.Info.Type != type)
        {
            return null;
        }

        var record = StoredCodec.Decode<T>(body, version);
        return $"{{\"type\":\"{SnakeOf(typeof(T).Name)}\",\"version\":{version},\"data\":{WireText.Of(ref record, version)}}}";
    }

    private static (string Key, string Value) Pair<TKey, TValue>(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, bool isValueNull)
        where TKey : struct, IStoredMessage
        where TValue : struct, IStoredMessage
    {
        var type = BinaryPrimitives.ReadInt16BigEndian(key.Span);
        var keyText = $"{{\"type\":\"{type}\",\"data\":{Body<TKey>(key, 0)}}}";
        if (isValueNull || value.Length < FrameBytes)
        {
            return (keyText, "null");
        }

        var version = BinaryPrimitives.ReadInt16BigEndian(value.Span);
        return version <= TValue.Info.Last
            ? (keyText, $"{{\"version\":\"{version}\",\"data\":{Body<TValue>(value, version)}}}")
            : (keyText, $"{{\"version\":\"{version}\",\"data\":\"UNKNOWN\"}}");
    }

    private static string Body<T>(ReadOnlyMemory<byte> framed, short version)
        where T : struct, IStoredMessage
    {
        var body = StoredCodec.Decode<T>(framed[FrameBytes..], version);
        return WireText.Of(ref body, version);
    }

    /// <summary>"TopicRecord" becomes TOPIC_RECORD.</summary>
    private static string SnakeOf(string name) => string.Concat(name.Select(
        (character, index) => index > 0 && char.IsUpper(character) ? $"_{character}" : char.ToUpperInvariant(character).ToString()));

    /// <summary>The value of a control record, which begins with its version.</summary>
    private static string ControlText<T>(ReadOnlyMemory<byte> value)
        where T : struct, IStoredMessage
    {
        var message = ControlRecords.ReadValue<T>(value);
        return WireText.Of(ref message, Math.Min(BinaryPrimitives.ReadInt16BigEndian(value.Span), T.Info.Last));
    }
}
