using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Deterministic.Kernel.Ports;
using Deterministic.Protocol;

namespace Deterministic.Raft;

/// <summary>
/// The file <c>quorum-state</c>: the epoch this node is in, whom it follows and whom it voted for. Written durably before
/// the node acts in that epoch. Immutable.
/// </summary>
public sealed record QuorumState
{
    /// <summary>The file's name.</summary>
    public const string FileName = "quorum-state";

    /// <summary>The version for static voters: it names them.</summary>
    public const short StaticVersion = 0;

    /// <summary>The version for voters that stand in the log (KIP-853).</summary>
    public const short DynamicVersion = 1;

    private const int NoNode = -1;
    private const int FileBytesMax = 1024 * 1024;

    /// <summary>Which form the file has.</summary>
    public required short DataVersion { get; init; }

    /// <summary>The leader of the epoch, or -1.</summary>
    public int LeaderId { get; init; } = NoNode;

    /// <summary>The epoch.</summary>
    public int LeaderEpoch { get; init; }

    /// <summary>Whom this node voted for in the epoch, or -1.</summary>
    public int VotedId { get; init; } = NoNode;

    /// <summary>The log directory of that node; dynamic voters only.</summary>
    public Uuid VotedDirectoryId { get; init; }

    /// <summary>The static voters; empty with dynamic ones.</summary>
    public ImmutableArray<int> StaticVoters { get; init; } = [];

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="RaftException">It is there and not usable.</exception>
    public static QuorumState? Read(IDisk disk, string directory)
    {
        var path = DiskPath.Join(directory, FileName);
        if (!disk.FileExists(path))
        {
            return null;
        }

        using var file = disk.Open(path, FileOpening.ReadOnly);
        if (file.Length > FileBytesMax)
        {
            throw new RaftException($"{path} has {file.Length} bytes; it has at most {FileBytesMax}");
        }

        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return Parse(json.RootElement, path);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new RaftException($"{path} is not a quorum state: {e.Message}", e);
        }
    }

    /// <summary>Replaces the file durably.</summary>
    public void Write(IDisk disk, string directory)
    {
        var path = DiskPath.Join(directory, FileName);
        var temporary = path + ".tmp";
        using (var file = disk.Open(temporary, FileOpening.Empty))
        {
            file.Write(0, ToJson());
            file.Flush();
        }

        disk.Rename(temporary, path);
        disk.SyncDirectory(directory);
    }

    private static QuorumState Parse(JsonElement json, string path)
    {
        var version = json.GetProperty("data_version").GetInt16();
        if (version is not (StaticVersion or DynamicVersion))
        {
            throw new RaftException($"{path} has version {version}; this release reads {StaticVersion} and {DynamicVersion}");
        }

        var voters = ImmutableArray.CreateBuilder<int>();
        if (version == StaticVersion && json.TryGetProperty("currentVoters", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var voter in list.EnumerateArray())
            {
                voters.Add(voter.GetProperty("voterId").GetInt32());
            }
        }

        var directory = Uuid.Zero;
        if (json.TryGetProperty("votedDirectoryId", out var id) && !Uuid.TryParse(id.GetString() ?? "", out directory))
        {
            throw new RaftException($"{path}: votedDirectoryId is '{id.GetString()}'; it must be 22 characters of URL-safe base64");
        }

        return new QuorumState
        {
            DataVersion = version,
            LeaderId = json.GetProperty("leaderId").GetInt32(),
            LeaderEpoch = json.GetProperty("leaderEpoch").GetInt32(),
            VotedId = json.GetProperty("votedId").GetInt32(),
            VotedDirectoryId = directory,
            StaticVoters = voters.ToImmutable(),
        };
    }

    private byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (DataVersion == StaticVersion)
            {
                json.WriteString("clusterId", "");
            }

            json.WriteNumber("leaderId", LeaderId);
            json.WriteNumber("leaderEpoch", LeaderEpoch);
            json.WriteNumber("votedId", VotedId);
            WriteVersionFields(json);
            json.WriteNumber("data_version", DataVersion);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WriteVersionFields(Utf8JsonWriter json)
    {
        if (DataVersion == DynamicVersion)
        {
            json.WriteString("votedDirectoryId", VotedDirectoryId.ToString());
            return;
        }

        json.WriteNumber("appliedOffset", 0);
        json.WriteStartArray("currentVoters");
        foreach (var voter in StaticVoters)
        {
            json.WriteStartObject();
            json.WriteNumber("voterId", voter);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
