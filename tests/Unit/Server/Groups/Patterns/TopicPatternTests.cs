using Deterministic.Server.Groups.Patterns;

namespace Deterministic.Server.Tests.Groups.Patterns;

public class TopicPatternTests
{
    [Theory]
    [InlineData("a.*", "abc", true)]
    [InlineData("a.*", "ba", false)]
    [InlineData("a|bc", "bc", true)]
    [InlineData("(?i)A[x-z]", "aY", true)]
    [InlineData("(?i:A)B", "ab", false)]
    [InlineData("[[:alpha:]]+\\d", "abc1", true)]
    [InlineData("[^[:alpha:]]", "a", false)]
    [InlineData("[^[:^digit:]]+", "123", true)]
    [InlineData("\\Qa.b\\E+", "a.bb", true)]
    [InlineData("\\Qa.b\\E", "axb", false)]
    [InlineData("x{", "x{", true)]
    [InlineData("x{2}", "xx", true)]
    [InlineData("x{2,}?", "xxx", true)]
    [InlineData("x{,2}", "x{,2}", true)]
    [InlineData("(?P<n>a)(?<m>b)", "ab", true)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[a\\-z]", "b", false)]
    [InlineData("[a-c-]", "-", true)]
    [InlineData("[[a]", "[", true)]
    [InlineData("\\pL\\p{Nd}", "a1", true)]
    [InlineData("\\x61\\x{62}", "ab", true)]
    [InlineData("a\\.b", "a.b", true)]
    [InlineData("a#b c", "a#b c", true)]
    [InlineData("(?U)a*", "aa", true)]
    [InlineData("^a$", "a", true)]
    [InlineData("", "", true)]
    public void An_expression_matches_as_in_RE2(string pattern, string name, bool expected)
    {
        var parsed = TopicPattern.TryParse(pattern, out var error);
        Assert.True(parsed is not null, error);
        Assert.Equal(expected, parsed.IsMatch(name));
    }

    /// <summary>Expressions and what Kafka 4.3.1 said about them.</summary>
    [Theory]
    [InlineData("a**", "invalid nested repetition operator")]
    [InlineData("a++", "invalid nested repetition operator")]
    [InlineData("a{2}{3}", "invalid nested repetition operator")]
    [InlineData("*a", "missing argument to repetition operator")]
    [InlineData("a{1001}", "invalid repeat count")]
    [InlineData("a{2,1}", "invalid repeat count")]
    [InlineData("(a", "missing closing )")]
    [InlineData("(?:a", "missing closing )")]
    [InlineData("[a", "missing closing ]")]
    [InlineData("[b-a]", "invalid character class range")]
    [InlineData("[[:foo:]]", "invalid character class range")]
    [InlineData("\\p{Foo}", "invalid character class range")]
    [InlineData("\\1", "invalid escape sequence")]
    [InlineData("\\8", "invalid escape sequence")]
    [InlineData("\\C", "invalid escape sequence")]
    [InlineData("\\cA", "invalid escape sequence")]
    [InlineData("\\u0041", "invalid escape sequence")]
    [InlineData("\\", "trailing backslash at end of expression")]
    [InlineData("(?x)a", "invalid or unsupported Perl syntax")]
    [InlineData("(?>a)", "invalid or unsupported Perl syntax")]
    [InlineData("(?#c)", "invalid or unsupported Perl syntax")]
    [InlineData("(?=a)b", "invalid or unsupported Perl syntax")]
    [InlineData("(?<=a)b", "invalid or unsupported Perl syntax")]
    [InlineData("(?P<n", "invalid named capture")]
    [InlineData("(?P<n>a)(?P<n>b)", "duplicate capture group name")]
    public void What_RE2_refuses_is_refused_with_its_words(string pattern, string expected)
    {
        Assert.Null(TopicPattern.TryParse(pattern, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_closing_parenthesis_without_an_opening_one_is_refused() => Assert.Null(TopicPattern.TryParse("a)", out _));
}
