namespace Deterministic.Server.Tests.Groups.Consumers;

public class RegexSubscriptionTests
{
    private readonly ConsumerGroupContext _context = new();

    [Fact]
    public void An_expression_matches_whole_names()
    {
        Assert.Equal("epoch 2: payments-0 payments-1", _context.Read(_context.Join("g", "a", regex: "pay.*")));
        Assert.Equal("epoch 2:", _context.Read(_context.Join("h", "a", regex: "pay")));
    }

    [Fact]
    public void A_new_topic_that_matches_is_taken_up()
    {
        _context.Join("g", "a", regex: "pay.*");
        _context.Base.Topics.Add("payouts", 1);
        Assert.Equal("epoch 3: payments-0 payments-1 payouts-0", _context.Read(_context.Beat("g", "a", 2)));
    }

    [Fact]
    public void An_expression_that_nobody_subscribes_to_any_more_is_forgotten()
    {
        _context.Join("g", "a", regex: "pay.*");
        _context.Join("g", "b", regex: "pay.*");
        _context.Leave("g", "a");
        Assert.Single(_context.Group("g").Regexes);
        _context.Leave("g", "b");
        Assert.Empty(_context.Group("g").Regexes);
    }

    [Fact]
    public void What_matched_is_looked_up_again_after_the_refresh_interval()
    {
        _context.Join("g", "a", regex: "pay.*");
        var first = _context.Group("g").Regexes.Values.Single().TimestampMs;
        for (var i = 0; i < 20; i++)
        {
            _context.Base.AdvanceTime(30_000);
            _context.Beat("g", "a", 2);
        }

        Assert.Equal(first + 600_000, _context.Group("g").Regexes.Values.Single().TimestampMs);
        Assert.Equal(2, _context.Group("g").GroupEpoch);
    }

    [Fact]
    public void An_expression_that_is_none_is_refused_and_leaves_no_trace()
    {
        var response = _context.Join("g", "a", regex: "[a");
        Assert.Equal("InvalidRegularExpression", _context.Read(response));
        Assert.Equal("SubscribedTopicRegex `[a` is not a valid regular expression: missing closing ].", response.ErrorMessage.ToString());
        Assert.Null(_context.Base.Group("g"));
    }

    [Fact]
    public void Names_and_an_expression_add_up_and_an_empty_expression_ends_it()
    {
        Assert.Equal(
            "epoch 2: orders-0 orders-1 orders-2 orders-3 payments-0 payments-1",
            _context.Read(_context.Join("g", "a", topics: ["orders"], regex: "pay.*")));
        Assert.Equal("epoch 2: orders-0 orders-1 orders-2 orders-3", _context.Read(_context.Beat("g", "a", 2, regex: "")));
    }
}
