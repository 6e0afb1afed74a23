using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>A field of a message in one version: what a codec must know to write and read it without the message's type.</summary>
public sealed record Field(string Name, FieldKind Kind, bool IsNullable)
{
    /// <summary>Number of a tagged field; -1 for the others.</summary>
    public int Tag { get; init; } = -1;

    /// <summary>What stands there unless a request says otherwise; null for null, empty arrays and structs.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>Whether the default of an array, struct, string or bytes is null.</summary>
    public bool IsNullByDefault { get; init; }

    /// <summary>What an array holds.</summary>
    public Field? Item { get; init; }

    /// <summary>The fields of a struct.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>How a nullable struct says that it is there: the classic way is -1 or 1, that of tagged fields 0 or 1.</summary>
    public bool IsTaggedStruct { get; init; }
}
