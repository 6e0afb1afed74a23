namespace Deterministic.Host.Dump;

/// <summary>How keys and values are shown.</summary>
internal enum ValueDecoder
{
    /// <summary>A text in UTF-8.</summary>
    String,

    /// <summary>Eight bytes, a number.</summary>
    Long,

    /// <summary>Four bytes, a number.</summary>
    Integer,

    /// <summary>Eight bytes, a floating point number.</summary>
    Double,

    /// <summary>Hexadecimal digits.</summary>
    Bytes,
}
