namespace Deterministic.Protocol.Wire;

/// <summary>
/// A message or a struct of one. It describes itself once, as a walk over a codec: reading, writing, sizing, printing,
/// comparing with a schema and random generation are codecs.
/// </summary>
public interface IMessage
{
    /// <summary>Tagged fields that this version of the program does not know; kept and written back. Null for none.</summary>
    UnknownTags? UnknownTags { get; set; }

    /// <summary>How many tags the struct knows, whatever the version: tags 0 up to this.</summary>
    int TagCount => 0;

    /// <summary>Visits each field in wire order and ends with <see cref="IWire.Tags{T}"/>.</summary>
    void Walk<TWire>(ref TWire wire)
        where TWire : struct, IWire, allows ref struct;

    /// <summary>Visits the tagged field with that number.</summary>
    void WalkTag<TWire>(ref TWire wire, int tag)
        where TWire : struct, IWire, allows ref struct
    {
    }

    /// <summary>Whether the version has that tag.</summary>
    bool HasTag(int tag, short version) => false;

    /// <summary>Whether the tagged field equals its default, and so is not written.</summary>
    bool IsTagDefault(int tag) => true;
}
