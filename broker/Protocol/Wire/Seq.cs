using System.Diagnostics.CodeAnalysis;

namespace Deterministic.Protocol.Wire;

/// <summary>An array of a message. Its storage is kept when the message is read again; null differs from empty.</summary>
[SuppressMessage("Design", "CA1000", Justification = "Made where it is assigned; inference does the rest.")]
public struct Seq<T>
{
    private const int FirstCapacity = 4;

    private T[]? _items;
    private int _count;

    /// <summary>No array at all.</summary>
    public static Seq<T> Null => new() { _count = -1 };

    /// <summary>An array over items that it takes over.</summary>
    public static Seq<T> Of(params T[] items) => new() { _items = items, _count = items.Length };

    /// <summary>An array over the items of a list.</summary>
    public static Seq<T> Of(IEnumerable<T> items) => Of(items.ToArray());

    /// <summary>Whether it is null.</summary>
    public readonly bool IsNull => _count < 0;

    /// <summary>Number of items; 0 for null.</summary>
    public readonly int Count => Math.Max(0, _count);

    /// <summary>The items, to read and to change in place.</summary>
    public readonly Span<T> Span => _items.AsSpan(0, Count);

    /// <summary>One item.</summary>
    public readonly ref T this[int index] => ref Span[index];

    /// <summary>The array behind it, which may be longer than <see cref="Count"/>.</summary>
    internal T[]? Storage
    {
        readonly get => _items;
        set => _items = value;
    }

    /// <summary>Adds an item.</summary>
    public void Add(T item) => AddSlot() = item;

    /// <summary>No items; the storage stays.</summary>
    public void Clear() => _count = 0;

    /// <summary>Null; the storage stays.</summary>
    internal void ClearToNull() => _count = -1;

    /// <summary>Adds the item that stands in the storage already, from earlier use or as <c>default</c>.</summary>
    internal ref T AddSlot()
    {
        var count = Count;
        if (_items is null || _items.Length == count)
        {
            Array.Resize(ref _items, Math.Max(FirstCapacity, count * 2));
        }

        _count = count + 1;
        return ref _items[count];
    }

    /// <summary>The items as an array of their own.</summary>
    public readonly T[] ToArray() => Span.ToArray();

    /// <summary>Walks the items by reference.</summary>
    public readonly Span<T>.Enumerator GetEnumerator() => Span.GetEnumerator();
}
