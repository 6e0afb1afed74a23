namespace Deterministic.Conformance.DifferentialTest;

/// <summary>What a comparison of two answers came to.</summary>
public enum Verdict
{
    Equal,
    Explained,
    Unexplained,
}
