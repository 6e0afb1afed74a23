namespace Deterministic.Tests.Shared;

/// <summary>The power went at a step that the test chose. Not an IO error: nobody may handle it.</summary>
public sealed class PowerLossException(string step) : Exception("Power lost at step " + step);
