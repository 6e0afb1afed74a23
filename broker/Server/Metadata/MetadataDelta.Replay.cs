using Deterministic.Kernel;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Metadata;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Metadata;

/// <content>Which record does what.</content>
public sealed partial class MetadataDelta
{
    private delegate void Apply<T>(in T record);

    /// <summary>
    /// Applies one record, given as it stands in the log. <see cref="BeginTransactionRecord"/> and its two ends are the
    /// business of <see cref="MetadataReplayer"/>: here they change nothing.
    /// </summary>
    /// <exception cref="MetadataFormatException">This broker does not know the record or its version, or it contradicts what was before.</exception>
    public void Replay(ReadOnlyMemory<byte> value)
    {
        Check.That(_after is null, "a record was replayed into a metadata delta that is built");
        try
        {
            var (type, version, body) = MetadataRecordFrame.Decode(value);
            Replay(type, version, body);
        }
        catch (MalformedMessageException e)
        {
            throw new MetadataFormatException(e.Message, e);
        }
    }

    private void Replay(short type, short version, ReadOnlyMemory<byte> body)
    {
        switch (type)
        {
            case 0: Read<RegisterBrokerRecord>(body, version, Replay); break;
            case 1: Read<UnregisterBrokerRecord>(body, version, Replay); break;
            case 2: Read<TopicRecord>(body, version, Replay); break;
            case 3: Read<PartitionRecord>(body, version, Replay); break;
            case 4: Read<ConfigRecord>(body, version, Replay); break;
            case 5: Read<PartitionChangeRecord>(body, version, Replay); break;
            case 7: Read<FenceBrokerRecord>(body, version, Replay); break;
            case 8: Read<UnfenceBrokerRecord>(body, version, Replay); break;
            case 9: Read<RemoveTopicRecord>(body, version, Replay); break;
            case 10: Read<DelegationTokenRecord>(body, version, Replay); break;
            case 11: Read<UserScramCredentialRecord>(body, version, Replay); break;
            case 12: Read<FeatureLevelRecord>(body, version, Replay); break;
            case 14: Read<ClientQuotaRecord>(body, version, Replay); break;
            case 15: Read<ProducerIdsRecord>(body, version, Replay); break;
            case 17: Read<BrokerRegistrationChangeRecord>(body, version, Replay); break;
            case 18: Read<AccessControlEntryRecord>(body, version, Replay); break;
            case 19: Read<RemoveAccessControlEntryRecord>(body, version, Replay); break;
            case 20: Read<NoOpRecord>(body, version, static (in _) => { }); break;
            case 21: Read<ZkMigrationStateRecord>(body, version, Replay); break;
            case 22: Read<RemoveUserScramCredentialRecord>(body, version, Replay); break;
            case 23: Read<BeginTransactionRecord>(body, version, static (in _) => { }); break;
            case 24: Read<EndTransactionRecord>(body, version, static (in _) => { }); break;
            case 25: Read<AbortTransactionRecord>(body, version, static (in _) => { }); break;
            case 26: Read<RemoveDelegationTokenRecord>(body, version, Replay); break;
            case 27: Read<RegisterControllerRecord>(body, version, Replay); break;
            case 28: Read<ClearElrRecord>(body, version, Replay); break;
            default:
                throw new MetadataFormatException(
                    $"metadata record of type {type} (version {version}) is unknown to this broker: the log was written by a newer release");
        }
    }

    private void Read<T>(ReadOnlyMemory<byte> body, short version, Apply<T> apply)
        where T : struct, IStoredMessage
    {
        var record = StoredCodec.Decode<T>(body, version);
        apply(record);
        IsEmpty &= T.Info.Type is 20 or 23 or 24 or 25;
    }

    // What is kept as a record must not keep the buffer that it was read from.
    private static T Copy<T>(T record)
        where T : struct, IStoredMessage =>
        StoredCodec.Decode<T>(StoredCodec.Encode(ref record, T.Info.Last), T.Info.Last);
}
