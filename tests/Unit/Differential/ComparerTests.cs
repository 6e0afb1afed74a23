using System.Text.Json.Nodes;
using Deterministic.Conformance.DifferentialTest;

namespace Deterministic.Differential.Tests;

/// <summary>What the comparer must not let pass, and what it must.</summary>
public sealed class ComparerTests
{
    [Fact]
    public void A_field_with_another_value_is_a_difference()
    {
        var found = Compare(new Comparer([]), """{"topics":[{"name":"a","errorCode":3}]}""", """{"topics":[{"name":"a","errorCode":0}]}""");

        Assert.Equal(new Difference("topics[].errorCode", "3", "0"), Assert.Single(found));
    }

    [Fact]
    public void Null_is_not_the_empty_string_and_not_absent()
    {
        Assert.Single(Compare(new Comparer([]), """{"a":null}""", """{"a":""}"""));
        Assert.Single(Compare(new Comparer([]), """{"a":null}""", "{}"));
        Assert.Single(Compare(new Comparer([Of("a", "ignore")]), """{"a":null}""", """{"a":"x"}"""));
    }

    [Fact]
    public void An_array_that_is_shorter_is_a_difference_and_says_what_it_lacks()
    {
        var found = Compare(new Comparer([]), """{"topics":[{"name":"a"},{"name":"b"}]}""", """{"topics":[{"name":"a"}]}""");

        Assert.Equal(new Difference("topics[].length", "2 b", "1"), Assert.Single(found));
    }

    [Fact]
    public void Order_counts_but_in_a_set()
    {
        const string Theirs = """{"topics":[{"name":"b","errorCode":1},{"name":"a","errorCode":0}]}""";
        const string Ours = """{"topics":[{"name":"a","errorCode":0},{"name":"b","errorCode":1}]}""";

        Assert.NotEmpty(Compare(new Comparer([]), Theirs, Ours));
        Assert.Empty(Compare(new Comparer([Of(@"topics\[\]", "set")]), Theirs, Ours));
    }

    [Fact]
    public void An_id_stands_for_one_id_all_along()
    {
        var comparer = new Comparer([Of("producerId", "same")]);

        Assert.Empty(Compare(comparer, """{"producerId":1000}""", """{"producerId":0}"""));
        Assert.Empty(Compare(comparer, """{"producerId":1000}""", """{"producerId":0}"""));
        Assert.NotEmpty(Compare(comparer, """{"producerId":1000}""", """{"producerId":1}"""));
        Assert.NotEmpty(Compare(comparer, """{"producerId":1001}""", """{"producerId":0}"""));
    }

    [Fact]
    public void No_id_is_never_an_id()
    {
        var comparer = new Comparer([Of("producerId", "same")]);

        Assert.NotEmpty(Compare(comparer, """{"producerId":-1}""", """{"producerId":7}"""));
        Assert.NotEmpty(Compare(comparer, """{"producerId":7}""", """{"producerId":-1}"""));
        Assert.Empty(Compare(comparer, """{"producerId":-1}""", """{"producerId":-1}"""));
    }

    [Fact]
    public void A_text_may_name_an_id_of_ours_for_theirs()
    {
        var comparer = new Comparer([Of("memberId", "same")]);
        Assert.Empty(Compare(comparer, """{"memberId":"diff-1111-1111"}""", """{"memberId":"diff-2222-2222"}"""));

        Assert.Empty(Compare(comparer, """{"errorMessage":"member diff-1111-1111 is unknown"}""", """{"errorMessage":"member diff-2222-2222 is unknown"}"""));
        Assert.NotEmpty(Compare(comparer, """{"errorMessage":"member diff-1111-1111 is unknown"}""", """{"errorMessage":"member diff-3333-3333 is unknown"}"""));
    }

    [Fact]
    public void What_Kafka_has_more_is_left_out_of_a_subset_and_the_rest_is_compared()
    {
        var comparer = new Comparer([Of(@"apiKeys\[\]", "subset")]);
        const string Theirs = """{"apiKeys":[{"apiKey":0,"maxVersion":13},{"apiKey":17,"maxVersion":1}]}""";

        Assert.Empty(Compare(comparer, Theirs, """{"apiKeys":[{"apiKey":0,"maxVersion":13}]}"""));
        Assert.NotEmpty(Compare(comparer, Theirs, """{"apiKeys":[{"apiKey":0,"maxVersion":12}]}"""));
        Assert.NotEmpty(Compare(comparer, Theirs, """{"apiKeys":[{"apiKey":0,"maxVersion":13},{"apiKey":99,"maxVersion":1}]}"""));
    }

    [Fact]
    public void A_rule_is_for_its_API_alone()
    {
        var comparer = new Comparer([Of("epoch", "ignore") with { Api = Rule.Whole("Fetch") }]);

        Assert.NotEmpty(Compare(comparer, """{"epoch":1}""", """{"epoch":2}"""));
    }

    private static Rule Of(string path, string kind) => new(Rule.Whole("*"), Rule.Whole(path), kind, "a test");

    private static IReadOnlyList<Difference> Compare(Comparer comparer, string theirs, string ours) =>
        comparer.Compare("Metadata", JsonNode.Parse(theirs), JsonNode.Parse(ours));
}
