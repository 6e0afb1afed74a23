namespace Deterministic.Protocol.Tests.Wire;

/// <summary>A field of a message in one version, as the message walks it or as Kafka's schema has it.</summary>
public sealed record SchemaField(string Name, string Type, bool IsNullable, int Tag, string Default, IReadOnlyList<SchemaField> Fields)
{
    public override string ToString() =>
        $"{Name}:{Type}{(IsNullable ? "?" : "")}{(Tag >= 0 ? $"#{Tag}" : "")}={Default}{{{string.Join(" ", Fields)}}}";
}
