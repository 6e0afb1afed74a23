using Deterministic.Protocol.Wire;

namespace Deterministic.Protocol.Stored.Control;

/// <summary>LeaderChangeMessage, as control records and embedded protocols carry it.</summary>
public struct LeaderChangeMessage : IStoredMessage
{
    /// <inheritdoc/>
    public static StoredInfo Info { get; } = new(Type: -1, First: 0, Last: 1, FlexibleSince: 0);

    public short Version;
    public int LeaderId;
    public Seq<Voter> Voters;
    public Seq<Voter> GrantingVoters;

    /// <inheritdoc/>
    public UnknownTags? UnknownTags { get; set; }

    /// <inheritdoc/>
    public void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct
    {
        wire.Int16(ref Version);
        wire.Int32(ref LeaderId);
        wire.Array(ref Voters);
        wire.Array(ref GrantingVoters);
        wire.Tags(ref this);
    }

    /// <summary>One of <c>voters</c>.</summary>
    public struct Voter : IMessage
    {
        public int VoterId;
        public Uuid VoterDirectoryId;

        /// <inheritdoc/>
        public UnknownTags? UnknownTags { get; set; }

        /// <inheritdoc/>
        public void Walk<TWire>(ref TWire wire)
            where TWire : struct, IWire, allows ref struct
        {
            wire.Int32(ref VoterId);

            if (wire.Has(since: 1))
            {
                wire.Uuid(ref VoterDirectoryId);
            }

            wire.Tags(ref this);
        }
    }
}
