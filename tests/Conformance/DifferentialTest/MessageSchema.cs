using System.Collections.Concurrent;
using System.Reflection;
using Deterministic.Protocol;
using Deterministic.Protocol.Wire;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>The fields of requests and responses by API and version, found by their names: an API that joins the catalog is here at once.</summary>
public static class MessageSchema
{
    private static readonly ConcurrentDictionary<(ApiKey, short, bool), IReadOnlyList<Field>> s_known = new();
    private static readonly MethodInfo s_fieldsOf = typeof(MessageSchema).GetMethod(nameof(FieldsOf), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>The fields of a request.</summary>
    public static IReadOnlyList<Field> OfRequest(ApiInfo api, short version) => Of(api, version, isRequest: true);

    /// <summary>The fields of a response.</summary>
    public static IReadOnlyList<Field> OfResponse(ApiInfo api, short version) => Of(api, version, isRequest: false);

    internal static IReadOnlyList<Field> FieldsOf<T>(short version, bool isFlexible)
        where T : struct, IMessage
    {
        var fields = new List<Field>();
        var wire = new SchemaWire(version, isFlexible, fields);
        new T().Walk(ref wire);
        return fields;
    }

    private static IReadOnlyList<Field> Of(ApiInfo api, short version, bool isRequest) =>
        s_known.GetOrAdd((api.Key, version, isRequest), static (key, api) => Find(api, key.Item2, key.Item3), api);

    private static IReadOnlyList<Field> Find(ApiInfo api, short version, bool isRequest)
    {
        var name = $"Deterministic.Protocol.Apis.{api.Key}{(isRequest ? "Request" : "Response")}";
        var type = typeof(ApiInfo).Assembly.GetType(name) ?? throw new InvalidOperationException($"no {name}");
        return (IReadOnlyList<Field>)s_fieldsOf.MakeGenericMethod(type).Invoke(null, [version, api.IsFlexible(version)])!;
    }
}
