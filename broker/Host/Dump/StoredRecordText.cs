using System.Buffers.Binary;
using System.Text;
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

    /// <summary>A text, as producers mostly write them.</summary>
    public static string Plain(ReadOnlySpan<byte> bytes, bool isNull) => isNull ? "null" : Encoding.UTF8.GetString(bytes);

    /// <summary>A record of <c>__consumer_offsets</c>.</summary>
    public static string Offsets(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, bool isValueNull)
    {
        if (key.Length < FrameBytes)
        {
            return "no group record";
        }

        var type = BinaryPrimitives.ReadInt16BigEndian(key.Span);
        if (type > GroupMetadataKey.Info.Type)
        {
            return $"record of type {type}";
        }

        var isGroup = type == GroupMetadataKey.Info.Type;
        var keyText = isGroup ? Body<GroupMetadataKey>(key, 0) : Body<OffsetCommitKey>(key, 0);
        var version = isValueNull ? (short)0 : BinaryPrimitives.ReadInt16BigEndian(value.Span);
        var valueText = isValueNull ? "null" : isGroup ? Body<GroupMetadataValue>(value, version) : Body<OffsetCommitValue>(value, version);
        return $"key: {keyText} payload: {valueText}";
    }

    /// <summary>A record of <c>__transaction_state</c>.</summary>
    public static string Transactions(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, bool isValueNull)
    {
        if (key.Length < FrameBytes || BinaryPrimitives.ReadInt16BigEndian(key.Span) != TransactionLogKey.Info.Type)
        {
            return "no transaction record";
        }

        var valueText = isValueNull ? "null" : Body<TransactionLogValue>(value, BinaryPrimitives.ReadInt16BigEndian(value.Span));
        return $"key: {Body<TransactionLogKey>(key, 0)} payload: {valueText}";
    }

    /// <summary>The key of a control record, and the value where it is a transaction marker or a leader change.</summary>
    public static string Control(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value)
    {
        if (!ControlRecords.TryReadType(key, out var type))
        {
            return "control record without a type";
        }

        return type switch
        {
            ControlRecordType.Abort or ControlRecordType.Commit =>
                $"endTxnMarker: {type.ToString().ToUpperInvariant()} coordinatorEpoch: {ControlRecords.ReadCoordinatorEpoch(value.Span)}",
            ControlRecordType.LeaderChange => "LeaderChange: " + Text(ControlRecords.ReadValue<LeaderChangeMessage>(value)),
            ControlRecordType.SnapshotHeader => "SnapshotHeader: " + Text(ControlRecords.ReadValue<SnapshotHeaderRecord>(value)),
            ControlRecordType.SnapshotFooter => "SnapshotFooter: " + Text(ControlRecords.ReadValue<SnapshotFooterRecord>(value)),
            _ => $"{type}",
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
        return $"{{\"type\":\"{typeof(T).Name}\",\"version\":{version},\"data\":{WireText.Of(ref record, version)}}}";
    }

    private static string Body<T>(ReadOnlyMemory<byte> framed, short version)
        where T : struct, IStoredMessage
    {
        var body = StoredCodec.Decode<T>(framed[FrameBytes..], version);
        return WireText.Of(ref body, version);
    }

    private static string Text<T>(T message)
        where T : struct, IStoredMessage => WireText.Of(ref message, T.Info.Last);
}
