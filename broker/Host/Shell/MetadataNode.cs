namespace Deterministic.Host.Shell;

/// <summary>A directory or, with a text, a file of the tree that a metadata shell shows. Built once, then only read.</summary>
internal sealed class MetadataNode
{
    private readonly SortedDictionary<string, MetadataNode> _children = new(StringComparer.Ordinal);

    private MetadataNode(string? text)
    {
        Text = text;
    }

    /// <summary>A directory without entries.</summary>
    internal static MetadataNode Directory() => new(null);

    /// <summary>What a file holds; null for a directory.</summary>
    internal string? Text { get; }

    internal bool IsDirectory => Text is null;

    /// <summary>The entries of a directory, by name.</summary>
    internal IReadOnlyDictionary<string, MetadataNode> Children => _children;

    /// <summary>A directory within this one; it is made when it is not there.</summary>
    internal MetadataNode Folder(string name)
    {
        if (!_children.TryGetValue(name, out var child))
        {
            _children[name] = child = Directory();
        }

        return child;
    }

    /// <summary>Puts a file into this directory.</summary>
    internal void File(string name, string text) => _children[name] = new MetadataNode(text);
}
