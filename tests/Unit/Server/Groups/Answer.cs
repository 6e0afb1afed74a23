namespace Deterministic.Server.Tests.Groups;

/// <summary>An answer that may still be waited for; a second answer fails the test.</summary>
public sealed class Answer<T>
{
    private T? _value;

    public bool IsThere { get; private set; }

    public T Value => IsThere ? _value! : throw new InvalidOperationException("no answer yet");

    public void Set(T value)
    {
        Assert.False(IsThere, "answered twice");
        (_value, IsThere) = (value, true);
    }
}
