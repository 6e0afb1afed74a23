using System.Collections.Immutable;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

namespace Deterministic.Raft;

/// <summary>The voters of the quorum, by node id. Immutable.</summary>
public sealed class VoterSet
{
    /// <summary>A set of voters.</summary>
    public VoterSet(IEnumerable<Voter> voters)
    {
        Voters = [.. voters.OrderBy(voter => voter.NodeId)];
    }

    /// <summary>Its voters, by node id.</summary>
    public ImmutableArray<Voter> Voters { get; }

    /// <summary>The set that a record states.</summary>
    public static VoterSet Of(in VotersRecord record)
    {
        var voters = new List<Voter>();
        foreach (ref var voter in record.Voters.Span)
        {
            var endpoints = ImmutableArray.CreateBuilder<VoterEndpoint>();
            foreach (ref var endpoint in voter.Endpoints.Span)
            {
                endpoints.Add(new VoterEndpoint(endpoint.Name.ToString(), endpoint.Host.ToString(), endpoint.Port));
            }

            voters.Add(new Voter(voter.VoterId, voter.VoterDirectoryId, endpoints.ToImmutable()));
        }

        return new VoterSet(voters);
    }

    /// <summary>The record that states this set.</summary>
    public VotersRecord ToRecord()
    {
        var record = new VotersRecord();
        foreach (var voter in Voters)
        {
            var item = new VotersRecord.Voter
            {
                VoterId = voter.NodeId,
                VoterDirectoryId = voter.DirectoryId,
                KRaftVersionFeature = { MinSupportedVersion = 0, MaxSupportedVersion = Voter.KRaftVersionMax },
            };
            foreach (var endpoint in voter.Endpoints)
            {
                item.Endpoints.Add(new VotersRecord.Endpoint
                {
                    Name = Text.Of(endpoint.ListenerName),
                    Host = Text.Of(endpoint.Host),
                    Port = (ushort)endpoint.Port,
                });
            }

            record.Voters.Add(item);
        }

        return record;
    }

    /// <summary>Whether both name the same voters at the same places.</summary>
    public bool SameAs(VoterSet other) =>
        Voters.Length == other.Voters.Length
        && Voters.Zip(other.Voters).All(pair =>
            pair.First.NodeId == pair.Second.NodeId
            && pair.First.DirectoryId == pair.Second.DirectoryId
            && pair.First.Endpoints.SequenceEqual(pair.Second.Endpoints));

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Voters);
}
