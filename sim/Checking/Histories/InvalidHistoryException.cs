namespace Deterministic.Checking.Histories;

/// <summary>The history breaks its own rules (see the README of this folder): the harness is wrong, not the cluster.</summary>
public sealed class InvalidHistoryException : Exception
{
    public InvalidHistoryException()
    {
    }

    public InvalidHistoryException(string message)
        : base(message)
    {
    }

    public InvalidHistoryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
