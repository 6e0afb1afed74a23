using System.Buffers.Binary;
using Deterministic.Protocol.Stored;
using Deterministic.Protocol.Stored.Control;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups;

/// <summary>
/// Reads the one thing a coordinator wants from the metadata of <c>consumer</c> groups, which otherwise is opaque to it:
/// the subscribed topics, so that offsets of topics nobody reads can expire while the group lives.
/// </summary>
public static class Subscriptions
{
    private static readonly Text s_consumer = "consumer";

    /// <summary>The protocol type of consumers.</summary>
    public static Text ConsumerProtocolType => s_consumer;

    /// <summary>The topics that the members subscribe to; null when the group is of another type or a member's metadata cannot be read.</summary>
    public static IReadOnlySet<Text>? TopicsOf(ClassicGroup group)
    {
        if (!group.IsConsumerProtocol)
        {
            return null;
        }

        var topics = new HashSet<Text>();
        foreach (var (_, member) in group.Members)
        {
            if (!TryAdd(member.MetadataOf(group.ProtocolName), topics))
            {
                return null;
            }
        }

        return topics;
    }

    private static bool TryAdd(Blob metadata, HashSet<Text> topics)
    {
        if (metadata.Bytes.Length < 2)
        {
            return false;
        }

        // Later versions only add fields behind those of the last one we know.
        var version = BinaryPrimitives.ReadInt16BigEndian(metadata.Bytes.Span);
        if (version < 0)
        {
            return false;
        }

        try
        {
            var known = Math.Min(version, ConsumerProtocolSubscription.Info.Last);
            var subscription = StoredCodec.Decode<ConsumerProtocolSubscription>(metadata.Bytes[2..], known, out _);
            foreach (var topic in subscription.Topics)
            {
                topics.Add(topic);
            }

            return true;
        }
        catch (MalformedMessageException)
        {
            // The metadata is the clients' own; what we cannot read keeps its offsets.
            return false;
        }
    }
}
