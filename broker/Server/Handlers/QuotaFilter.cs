using Deterministic.Protocol;
using Deterministic.Protocol.Apis;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>Which entities a DescribeClientQuotas request asks for (KIP-546). Lives for one request.</summary>
internal sealed class QuotaFilter
{
    private const sbyte Exact = 0;
    private const sbyte Default = 1;
    private const sbyte Any = 2;

    private readonly List<(string Kind, sbyte MatchType, string? Name)> _components = [];
    private readonly bool _isStrict;

    internal QuotaFilter(in DescribeClientQuotasRequest request)
    {
        _isStrict = request.Strict;
        foreach (ref var component in request.Components.Span)
        {
            _components.Add((component.EntityType.ToString(), component.MatchType, component.Match.AsString()));
        }
    }

    /// <summary>What is wrong with the request, or null.</summary>
    internal static (ErrorCode Code, string Message)? ErrorOf(in DescribeClientQuotasRequest request)
    {
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        foreach (ref var component in request.Components.Span)
        {
            var kind = component.EntityType.ToString();
            if (!kinds.Add(kind))
            {
                return (ErrorCode.InvalidRequest, $"Entity type {kind} cannot appear more than once in the filter.");
            }

            if ((ErrorOfKind(kind) ?? ErrorOfMatch(component)) is { } error)
            {
                return error;
            }
        }

        return kinds.Contains(QuotaEntity.Ip) && kinds.Count > 1
            ? (ErrorCode.InvalidRequest, "Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.")
            : null;
    }

    /// <summary>Whether every component has its part, and when strict, whether there are no other parts.</summary>
    internal bool Selects(QuotaEntity entity)
    {
        foreach (var (kind, matchType, wanted) in _components)
        {
            if (!entity.Parts.TryGetValue(kind, out var name))
            {
                return false;
            }

            if ((matchType == Exact && name != wanted) || (matchType == Default && name is not null))
            {
                return false;
            }
        }

        return !_isStrict || entity.Parts.Count == _components.Count;
    }

    private static (ErrorCode Code, string Message)? ErrorOfKind(string kind) => kind switch
    {
        QuotaEntity.User or QuotaEntity.ClientId or QuotaEntity.Ip => null,
        "" => (ErrorCode.InvalidRequest, "Invalid empty entity type."),
        _ => (ErrorCode.UnsupportedVersion, $"Unsupported entity type {kind}"),
    };

    private static (ErrorCode Code, string Message)? ErrorOfMatch(in DescribeClientQuotasRequest.ComponentData component) =>
        (component.MatchType, component.Match.IsNull) switch
        {
            (Exact, true) => (ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_EXACT, but set match string to null."),
            (Default, false) => (ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_DEFAULT, but also specified a match string."),
            (Any, false) => (ErrorCode.InvalidRequest, "Request specified MATCH_TYPE_SPECIFIED, but also specified a match string."),
            (Exact or Default or Any, _) => null,
            _ => (ErrorCode.InvalidRequest, $"Unknown match type {component.MatchType}"),
        };
}
