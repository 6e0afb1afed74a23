using Deterministic.Server.Metadata;

namespace Deterministic.Server.Controller;

/// <summary>Which names a topic may have, in Kafka's words. Stateless; any shard.</summary>
public static class TopicNames
{
    /// <summary>The topic of committed offsets.</summary>
    public const string ConsumerOffsets = "__consumer_offsets";

    /// <summary>The topic of transactions.</summary>
    public const string TransactionState = "__transaction_state";

    /// <summary>The topic of share groups.</summary>
    public const string ShareGroupState = "__share_group_state";

    /// <summary>The metadata log, which is no topic for clients.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    /// <summary>Characters of a name at most: it becomes part of a directory's name.</summary>
    public const int LengthMax = 249;

    /// <summary>Whether clients are told that the topic is the broker's own.</summary>
    public static bool IsInternal(string name) => name is ConsumerOffsets or TransactionState or ShareGroupState;

    /// <summary>As <see cref="WhyInvalid"/>, for requests that only want to know whether.</summary>
    public static bool IsValid(string name) => WhyInvalid(name) is null;

    /// <summary>Why no topic may have that name; null when one may.</summary>
    public static string? WhyInvalid(string name)
    {
        if (name.Length == 0)
        {
            return "Topic name is invalid: the empty string is not allowed";
        }

        if (name is "." or "..")
        {
            return $"Topic name is invalid: '{name}' is not allowed";
        }

        if (name.Length > LengthMax)
        {
            return $"Topic name is invalid: the length of '{name}' is longer than the max allowed length {LengthMax}";
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return $"Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";
            }
        }

        return null;
    }

    /// <summary>
    /// The name of a topic that differs from this one only in periods against underscores, or null. Both would have the
    /// same metric names in Kafka.
    /// </summary>
    public static string? FindCollision(MetadataImage image, string name)
    {
        if (!name.AsSpan().ContainsAny('.', '_'))
        {
            return null;
        }

        var unified = Unify(name);
        foreach (var topic in image.TopicsByName.Values)
        {
            if (topic.Name.Length == name.Length && topic.Name != name && Unify(topic.Name) == unified)
            {
                return topic.Name;
            }
        }

        return null;
    }

    /// <summary>Names that differ only in periods against underscores become the same.</summary>
    public static string Unify(string name) => name.Replace('.', '_');
}
