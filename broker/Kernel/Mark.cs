namespace Deterministic.Kernel;

/// <summary>
/// Marks odd branches, so that simulation can tell which of them it never reached. A mark's name is a constant, unique in the
/// broker, of the form <c>part.what-happens</c>. Costs a null check where nobody listens, which is everywhere but in the simulator.
/// </summary>
public static class Mark
{
    /// <summary>This line was reached, on the shard that runs.</summary>
    public static void Hit(string name) => Shard.CurrentOrNull?.Marks?.Invoke(name);
}
