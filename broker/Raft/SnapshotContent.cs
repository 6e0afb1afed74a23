using Deterministic.Protocol.Records;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

namespace Deterministic.Raft;

/// <summary>
/// A snapshot, read: header, voters, records, footer. Also reads <c>bootstrap.checkpoint</c>, which has the same form.
/// Lives while an image is made from it.
/// </summary>
public sealed class SnapshotContent
{
    private SnapshotContent(
        long lastContainedTimestampMs, short kraftVersion, VoterSet? voters, IReadOnlyList<MetadataBatch> batches)
    {
        LastContainedTimestampMs = lastContainedTimestampMs;
        KRaftVersion = kraftVersion;
        Voters = voters;
        Batches = batches;
    }

    /// <summary>When the last record that it covers was appended.</summary>
    public long LastContainedTimestampMs { get; }

    /// <summary>The level of kraft.version.</summary>
    public short KRaftVersion { get; }

    /// <summary>The voters; null with kraft.version 0.</summary>
    public VoterSet? Voters { get; }

    /// <summary>The batches of metadata records, in order.</summary>
    public IReadOnlyList<MetadataBatch> Batches { get; }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="RaftException">It is not a whole snapshot; <paramref name="path"/> is named.</exception>
    public static SnapshotContent Read(ReadOnlyMemory<byte> bytes, string path)
    {
        try
        {
            return ReadBatches(bytes, path);
        }
        catch (Exception e) when (e is InvalidRecordException or MalformedMessageException)
        {
            throw new RaftException($"{path} is damaged: {e.Message}", e);
        }
    }

    private static SnapshotContent ReadBatches(ReadOnlyMemory<byte> bytes, string path)
    {
        SnapshotHeaderRecord? header = null;
        short kraftVersion = 0;
        VoterSet? voters = null;
        var isEnded = false;
        var batches = new List<MetadataBatch>();
        var reader = new RecordBatchReader(bytes.Span);
        while (reader.MoveNext())
        {
            var batch = MetadataBatch.Open(bytes[reader.Position..reader.WholeBytes]);
            Require(!isEnded, path, "goes on behind its footer");
            if (!batch.IsControl)
            {
                Require(header is not null, path, "does not begin with a header");
                batches.Add(batch);
                continue;
            }

            for (var i = 0; i < batch.Values.Count; i++)
            {
                switch (batch.ControlType(i))
                {
                    case ControlRecordType.SnapshotHeader:
                        header = StoredCodec.Decode<SnapshotHeaderRecord>(batch.Values[i], 0);
                        break;
                    case ControlRecordType.KRaftVersion:
                        kraftVersion = StoredCodec.Decode<KRaftVersionRecord>(batch.Values[i], 0).KRaftVersion;
                        break;
                    case ControlRecordType.KRaftVoters:
                        voters = VoterSet.Of(StoredCodec.Decode<VotersRecord>(batch.Values[i], 0));
                        break;
                    case ControlRecordType.SnapshotFooter:
                        isEnded = true;
                        break;
                    default:
                        throw new RaftException($"{path} holds a control record of type {(short)batch.ControlType(i)}, which no snapshot has");
                }
            }
        }

        Require(reader.WholeBytes == bytes.Length, path, $"is cut off at byte {reader.WholeBytes} of {bytes.Length}");
        Require(header is not null && isEnded, path, "has no header or no footer");
        return new SnapshotContent(header!.Value.LastContainedLogTimestamp, kraftVersion, voters, batches);
    }

    private static void Require(bool holds, string path, string what)
    {
        if (!holds)
        {
            throw new RaftException($"{path} {what}: it is no whole snapshot");
        }
    }
}
