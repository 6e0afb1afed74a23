using System.Text;
using Deterministic.Kernel.Ports;
using Deterministic.Tests.Shared;

namespace Deterministic.Raft.Tests;

public sealed class QuorumStateTests
{
    private const string Directory = "/data/__cluster_metadata-0";

    [Theory]
    [InlineData("""{"clusterId":"","leaderId":1,"leaderEpoch":3,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}""")]
    [InlineData("""{"leaderId":1,"leaderEpoch":2,"votedId":-1,"votedDirectoryId":"AAAAAAAAAAAAAAAAAAAAAA","data_version":1}""")]
    public void What_Kafka_wrote_is_read_and_written_back_byte_for_byte(string json)
    {
        var disk = DiskWith(json);
        var state = QuorumState.Read(disk, Directory)!;
        state.Write(disk, Directory);

        Assert.Equal(1, state.LeaderId);
        using var file = disk.Open(Directory + "/quorum-state", FileOpening.ReadOnly);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        Assert.Equal(json, Encoding.UTF8.GetString(bytes));
    }

    [Theory]
    [InlineData("", "is not a quorum state")]
    [InlineData("{}", "is not a quorum state")]
    [InlineData("""{"leaderId":1,"leaderEpoch":2,"votedId":-1,"data_version":7}""", "has version 7; this release reads 0 and 1")]
    public void A_damaged_or_newer_file_is_named(string json, string reason)
    {
        var error = Assert.Throws<RaftException>(() => QuorumState.Read(DiskWith(json), Directory));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(Directory, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_is_no_state()
    {
        var disk = new MemoryDisk();
        disk.CreateDirectory(Directory);
        Assert.Null(QuorumState.Read(disk, Directory));
    }

    private static MemoryDisk DiskWith(string json)
    {
        var disk = new MemoryDisk();
        disk.CreateDirectory(Directory);
        using var file = disk.Open(Directory + "/quorum-state", FileOpening.Empty);
        file.Write(0, Encoding.UTF8.GetBytes(json));
        return disk;
    }
}
