namespace Deterministic.Simulator.Choosing;

/// <summary>
/// Where every nondeterministic pick of a run comes from: a generator, a recorded trace or Coyote. Called through
/// <see cref="Choices"/> only.
/// </summary>
public interface IChooser
{
    /// <summary>A number from 0 up to, and not including, <paramref name="bound"/>, which is at least 2. <paramref name="tag"/> says what is being chosen.</summary>
    int Next(int bound, string tag);
}
