namespace Deterministic.Protocol.Tests;

public sealed class UuidTests
{
    [Theory]
    [InlineData("MkU3OEVBNTcwNTJENDM2Qg", true)]
    [InlineData("MkU3OEVBNTcwNTJENDM2Q\u0001", false)]
    [InlineData("MkU3OEVBNTcwNTJENDM2Q=", false)]
    [InlineData("MkU3OEVBNTcwNTJENDM2Qäg", false)]
    [InlineData("MkU3OEVBNTcwNTJENDM2", false)]
    [InlineData("", false)]
    public void A_text_is_an_id_or_is_refused(string text, bool isId)
    {
        Assert.Equal(isId, Uuid.TryParse(text, out var id));
        Assert.Equal(isId ? text : default(Uuid).ToString(), id.ToString());
    }
}
