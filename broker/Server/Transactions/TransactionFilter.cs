using System.Text.RegularExpressions;
using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;

namespace Deterministic.Server.Transactions;

/// <summary>What ListTransactions is to list (KIP-664, KIP-994, KIP-1152). Immutable; lives for one request.</summary>
public sealed class TransactionFilter
{
    private readonly HashSet<TransactionState> _states = [];
    private readonly HashSet<long> _producerIds = [];
    private readonly bool _hasStates;
    private readonly long _durationMs;
    private readonly Regex? _pattern;

    private TransactionFilter(in ListTransactionsRequest request, Regex? pattern)
    {
        var unknown = new List<Text>();
        UnknownStates = unknown;
        _hasStates = request.StateFilters.Count > 0;
        foreach (var name in request.StateFilters)
        {
            if (Enum.TryParse<TransactionState>(name.ToString(), out var state) && state.ToString() == name.ToString())
            {
                _states.Add(state);
            }
            else
            {
                unknown.Add(name);
            }
        }

        _producerIds.UnionWith(request.ProducerIdFilters.ToArray());
        _durationMs = request.DurationFilter;
        _pattern = pattern;
    }

    /// <summary>States that were asked for and are none.</summary>
    public IReadOnlyList<Text> UnknownStates { get; }

    /// <summary>The filter of a request, or INVALID_REGULAR_EXPRESSION.</summary>
    public static ErrorCode TryMake(in ListTransactionsRequest request, out TransactionFilter? filter)
    {
        filter = null;
        Regex? pattern = null;
        if (!request.TransactionalIdPattern.IsNullOrEmpty)
        {
            try
            {
                // Without backtracking, like RE2: no pattern takes long.
                pattern = new Regex($@"\A(?:{request.TransactionalIdPattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return ErrorCode.InvalidRegularExpression;
            }
        }

        filter = new TransactionFilter(request, pattern);
        return ErrorCode.None;
    }

    /// <summary>Whether it is to be listed.</summary>
    internal bool Matches(Text id, TransactionMetadata metadata, long nowMs) =>
        metadata.State != TransactionState.Dead
        && (!_hasStates || _states.Contains(metadata.State))
        && (_producerIds.Count == 0 || _producerIds.Contains(metadata.ProducerId))
        && (_durationMs < 0 || (metadata.StartMs >= 0 && nowMs - metadata.StartMs > _durationMs))
        && (_pattern is null || _pattern.IsMatch(id.ToString()));
}
