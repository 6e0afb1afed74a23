namespace Deterministic.Protocol.Wire;

/// <summary>A nullable struct of a message.</summary>
public struct Optional<T>
    where T : struct
{
    /// <summary>The struct; meaningless without <see cref="HasValue"/>.</summary>
    public T Value;

    /// <summary>Whether it is there.</summary>
    public bool HasValue;

    /// <summary>One that is there.</summary>
    public static implicit operator Optional<T>(T value) => new() { Value = value, HasValue = true };
}
