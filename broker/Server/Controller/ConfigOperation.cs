namespace Deterministic.Server.Controller;

/// <summary>What is done to one key of a resource, numbered as IncrementalAlterConfigs writes it.</summary>
internal enum ConfigOperation : sbyte
{
    /// <summary>Give it a value.</summary>
    Set = 0,

    /// <summary>Back to what it is without a value of its own.</summary>
    Delete = 1,

    /// <summary>Add items to a list.</summary>
    Append = 2,

    /// <summary>Take items out of a list.</summary>
    Subtract = 3,
}
