using Deterministic.Kernel.Ports;
using Deterministic.Protocol;
using Deterministic.Tests.Shared;

namespace Deterministic.Raft.Tests;

public sealed class SnapshotTests
{
    private const string Path = "/data/snapshot";

    private static readonly VoterSet s_voters = new([new Voter(1, new Uuid(3, 4), [new VoterEndpoint("CONTROLLER", "localhost", 9093)])]);

    [Theory]
    [InlineData("00000000000000000063-0000000001.checkpoint", true)]
    [InlineData("00000000000000000063-0000000001.checkpoint.part", false)]
    [InlineData("00000000000000000063-00000000001.checkpoint", false)]
    [InlineData("-0000000000000000063-0000000001.checkpoint", false)]
    public void Names(string name, bool isSnapshot)
    {
        Assert.Equal(isSnapshot, SnapshotId.TryParse(name, out var id));
        Assert.Equal(isSnapshot ? new SnapshotId(63, 1) : default, id);
        if (isSnapshot)
        {
            Assert.Equal(name, id.FileName);
        }
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var content = SnapshotContent.Read(Write(recordCount: 5), Path);

        Assert.Equal((17L, (short)1), (content.LastContainedTimestampMs, content.KRaftVersion));
        Assert.True(s_voters.SameAs(content.Voters!));
        Assert.Equal(5, content.Batches.Sum(batch => batch.Values.Count));
    }

    [Fact]
    public void A_snapshot_that_is_cut_anywhere_is_refused()
    {
        var bytes = Write(recordCount: 3);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<RaftException>(() => SnapshotContent.Read(bytes.AsMemory(0, length), Path));
        }
    }

    [Fact]
    public void A_flipped_bit_under_the_checksum_is_found()
    {
        var whole = Write(recordCount: 3);
        var header = new Protocol.Records.RecordBatchHeader(whole);
        for (var position = Protocol.Records.RecordBatchHeader.CrcCoveragePosition; position < header.TotalBytes; position++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[position] ^= 0x10;
            Assert.Throws<RaftException>(() => SnapshotContent.Read(bytes, Path));
        }
    }

    private static byte[] Write(int recordCount)
    {
        var disk = new MemoryDisk();
        disk.CreateDirectory("/data");
        using var file = disk.Open(Path, FileOpening.Empty);
        var writer = new SnapshotWriter(file, epoch: 2, nowMs: 99);
        writer.WriteHeader(17, kraftVersion: 1, s_voters);
        for (var i = 0; i < recordCount; i++)
        {
            writer.Write(new byte[] { 1, 20, 0, 0 });
        }

        writer.WriteFooter();
        var bytes = new byte[writer.SizeBytes];
        Assert.Equal(bytes.Length, file.Read(0, bytes));
        return bytes;
    }
}
