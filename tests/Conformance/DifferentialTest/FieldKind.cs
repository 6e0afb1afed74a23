namespace Deterministic.Conformance.DifferentialTest;

/// <summary>Kinds of fields of Kafka's messages.</summary>
public enum FieldKind
{
    Bool,
    Int8,
    Int16,
    UInt16,
    Int32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Records,
    Struct,
    Array,
}
