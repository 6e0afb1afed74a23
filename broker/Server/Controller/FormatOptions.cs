using System.Collections.Immutable;
using Deterministic.Raft;

namespace Deterministic.Server.Controller;

/// <summary>How storage is to be formatted. Immutable.</summary>
public sealed record FormatOptions
{
    /// <summary><c>node.id</c>.</summary>
    public required int NodeId { get; init; }

    /// <summary>The cluster's id; null takes that of a directory formatted already, or else a random one.</summary>
    public string? ClusterId { get; init; }

    /// <summary><c>log.dirs</c>, and <c>metadata.log.dir</c> where that is another one.</summary>
    public required ImmutableArray<string> LogDirs { get; init; }

    /// <summary><c>metadata.log.dir</c>; null for the first of the log directories.</summary>
    public string? MetadataLogDir { get; init; }

    /// <summary>The controller's listeners, for the first voter of a dynamic quorum.</summary>
    public required ImmutableArray<VoterEndpoint> ControllerEndpoints { get; init; }

    /// <summary>Whether the voters are static (<c>controller.quorum.voters</c>): then they do not stand in the log.</summary>
    public bool HasStaticVoters { get; init; }

    /// <summary>Whether directories that are formatted already are fine; otherwise they are an error.</summary>
    public bool IgnoreFormatted { get; init; }
}
