using Deterministic.Host.Options;
using Deterministic.Server.Configs;

namespace Deterministic.Host.Tests.Options;

public sealed class PropertiesFileTests
{
    [Theory]
    [InlineData("a=b", "a", "b")]
    [InlineData("a = b ", "a", "b")]
    [InlineData("a:b", "a", "b")]
    [InlineData("a b c", "a", "b c")]
    [InlineData("a\t:\tb", "a", "b")]
    [InlineData("  a=b", "a", "b")]
    [InlineData("a=b=c:d", "a", "b=c:d")]
    [InlineData("a", "a", "")]
    [InlineData("a=", "a", "")]
    [InlineData("a\\=b=c", "a=b", "c")]
    [InlineData("a\\ b=c", "a b", "c")]
    [InlineData("a=x,\\\n   y", "a", "x,y")]
    [InlineData("a=x\\\\", "a", "x\\")]
    [InlineData("a=caf\\u00e9", "a", "café")]
    [InlineData("a=1\\t2\\n3", "a", "1\t2\n3")]
    [InlineData("a=1\r\n#b=2", "a", "1")]
    [InlineData("a=C:\\\\logs", "a", "C:\\logs")]
    public void A_line_is_read_as_Java_reads_it(string text, string key, string value)
    {
        var (readKey, readValue) = Assert.Single(PropertiesFile.Parse(text, "test"));
        Assert.Equal((key, value), (readKey, readValue));
    }

    [Fact]
    public void Comments_and_empty_lines_say_nothing_and_the_last_value_counts()
    {
        var properties = PropertiesFile.Parse("# a=1\n! b=2\n\n  # c=3\nd=4\nd=5\n", "test");
        Assert.Equal("5", Assert.Single(properties).Value);
    }

    [Fact]
    public void A_broken_escape_is_refused_with_its_line()
    {
        var error = Assert.Throws<ConfigException>(() => PropertiesFile.Parse("a=1\nb=\\u12", "server.properties"));
        Assert.Equal("server.properties, line 2: \\u must be followed by four hexadecimal digits", error.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<ConfigException>(() => PropertiesFile.Read("no-such.properties"));
        Assert.Contains(Path.GetFullPath("no-such.properties"), error.Message, StringComparison.Ordinal);
    }
}
