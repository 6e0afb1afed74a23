namespace Deterministic.Checking.Tests.Model;

/// <summary>A transaction of the model cluster: open, then committed or aborted, with a marker in each log that it touched.</summary>
internal sealed class ModelTxn
{
    private readonly List<ModelLog> _logs = [];

    public bool IsOpen { get; private set; } = true;

    public bool IsCommitted { get; private set; }

    public void Touch(ModelLog log)
    {
        if (!_logs.Contains(log))
        {
            _logs.Add(log);
        }
    }

    public void End(bool commit)
    {
        if (IsOpen)
        {
            (IsOpen, IsCommitted) = (false, commit);
            _logs.ForEach(log => log.AppendMarker());
        }
    }
}
