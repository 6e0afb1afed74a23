using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Groups.Consumers;

/// <summary>
/// Sums up what a group's assignment depends on: ids, partition counts and racks of the topics it subscribes to. The number is
/// Kafka's (KIP-1101, XXH3), so that a group whose topics are as they were keeps its epoch when another broker takes over.
/// Stateless.
/// </summary>
internal static class TopicsHash
{
    private const byte Magic = 0;

    /// <summary>The hash of the topics that exist; 0 for none.</summary>
    internal static long Of(IEnumerable<Text> names, IGroupTopics topics)
    {
        var group = new XxHash3();
        var isEmpty = true;
        foreach (var name in names.Select(name => name.ToString()).Order(StringComparer.Ordinal))
        {
            var hash = OfTopic(name, topics);
            if (hash != 0)
            {
                Add(group, hash);
                isEmpty = false;
            }
        }

        return isEmpty ? 0 : unchecked((long)group.GetCurrentHashAsUInt64());
    }

    private static long OfTopic(string name, IGroupTopics topics)
    {
        if (!topics.TryFind(name, out var id, out var partitionCount))
        {
            return 0;
        }

        var topic = new XxHash3();
        topic.Append([Magic]);
        Add(topic, unchecked((long)id.High));
        Add(topic, unchecked((long)id.Low));
        Add(topic, name);
        Add(topic, partitionCount);
        for (var partition = 0; partition < partitionCount; partition++)
        {
            var racks = topics.RacksOf(id, partition);
            Add(topic, partition);
            foreach (var rack in racks)
            {
                Add(topic, rack);
            }
        }

        return unchecked((long)topic.GetCurrentHashAsUInt64());
    }

    private static void Add(XxHash3 hash, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        hash.Append(bytes);
    }

    private static void Add(XxHash3 hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.Append(bytes);
    }

    /// <summary>A string goes in as its UTF-16 code units, and then their number.</summary>
    private static void Add(XxHash3 hash, string value)
    {
        hash.Append(Encoding.Unicode.GetBytes(value));
        Add(hash, value.Length);
    }
}
