namespace Deterministic.Storage;

/// <summary>Where storage tells what an operator should know. Called on the shard that met it; must not block.</summary>
public interface IStorageLog
{
    /// <summary>Worth a line.</summary>
    void Info(string message);

    /// <summary>Something was repaired or passed over.</summary>
    void Warning(string message);

    /// <summary>Something failed, or data was cut.</summary>
    void Error(string message);
}
