using System.Globalization;
using System.Text.Json.Nodes;

namespace Deterministic.Conformance.DifferentialTest;

/// <summary>What a field is set to: at, below and above the limits of its kind, and what names nothing.</summary>
internal static class FieldValues
{
    private const int LongName = 300;
    private const int LongestName = short.MaxValue - 16;
    private const int TopicNameMax = 249;

    internal static IEnumerable<Mutation> Of(Field field, string path, JsonNode? now)
    {
        foreach (var (label, value) in Labelled(field, now))
        {
            yield return new Mutation(path, label, value);
        }

        if (field.IsNullable || field.Kind is FieldKind.String or FieldKind.Array or FieldKind.Records or FieldKind.Bytes)
        {
            yield return new Mutation(path, "null", null);
        }
    }

    private static IEnumerable<(string Label, JsonNode? Value)> Labelled(Field field, JsonNode? now) => field.Kind switch
    {
        FieldKind.Bool => [("true", true), ("false", false), ("2", 2)],
        FieldKind.Int8 => Numbers(sbyte.MinValue, sbyte.MaxValue, now),
        FieldKind.Int16 => Numbers(short.MinValue, short.MaxValue, now),
        FieldKind.UInt16 => Numbers(0, ushort.MaxValue, now),
        FieldKind.Int32 => Numbers(int.MinValue, int.MaxValue, now),
        FieldKind.Int64 => Numbers(long.MinValue, long.MaxValue, now),
        FieldKind.Float64 => [("0", 0d), ("-1", -1d), ("max", double.MaxValue)],
        FieldKind.Uuid => [("zero", "AAAAAAAAAAAAAAAAAAAAAA"), ("unknown", "zzzzzzzzRzSzzzzzzzzzzw"), ("one", "AAAAAAAAAAAAAAAAAAAAAQ")],
        FieldKind.String => Strings(now),
        FieldKind.Bytes => [("empty", ""), ("garbage", "ffee00112233445566778899"), ("zeros", "00000000")],
        FieldKind.Records => s_records.Select(text => (text, (JsonNode?)text)),
        FieldKind.Array => Arrays(now),
        _ => [],
    };

    private static readonly string[] s_records =
    [
        "", "hex:010203", "hex:00000000000000000000000000000000000000", "batch:n=3", "batch:crc=1", "batch:magic=0", "batch:magic=1", "batch:magic=3", "batch:length=10",
        "batch:length=-1", "batch:length=100", "batch:cut=1", "batch:cut=30", "batch:n=0", "batch:n=2,count=1", "batch:n=2,count=3", "batch:count=-1",
        "batch:last=5", "batch:last=-1", "batch:base=7", "batch:base=-3", "batch:leader=9", "batch:attr=1", "batch:attr=2", "batch:attr=3", "batch:attr=4", "batch:attr=5",
        "batch:attr=8", "batch:attr=16", "batch:attr=32", "batch:attr=48,pid=990009,epoch=0,seq=0", "batch:attr=64", "batch:ts=-1", "batch:ts=-2", "batch:ts=4102444800000",
        "batch:max=1", "batch:n=1+batch:n=1", "batch:n=1+hex:0102", "batch:nullkey=1", "batch:bytes=3000", "batch:bytes=1048600", "batch:pid=990077,epoch=0,seq=-1",
        "batch:pid=990078,epoch=-1,seq=0", "batch:pid=-2,epoch=0,seq=0", "batch:pid=990079,epoch=0,seq=5", "batch:seq=5",
    ];

    private static IEnumerable<(string Label, JsonNode? Value)> Numbers(long min, long max, JsonNode? now)
    {
        long[] values = [min, -100, -2, -1, 0, 1, 2, 99, max];
        foreach (var value in values.Where(value => value >= min))
        {
            yield return (value == min ? "min" : value == max ? "max" : value.ToString(CultureInfo.InvariantCulture), value);
        }

        if (now is JsonValue number && number.GetValueKind() == System.Text.Json.JsonValueKind.Number)
        {
            var standing = number.GetValue<System.Text.Json.JsonElement>().GetInt64();
            foreach (var value in new[] { standing - 1, standing + 1 }.Where(value => !values.Contains(value) && value > min && value < max))
            {
                yield return (value < standing ? "less" : "more", value);
            }
        }
    }

    private static IEnumerable<(string Label, JsonNode? Value)> Strings(JsonNode? now)
    {
        yield return ("empty", "");
        yield return ("unknown", "no-such-$fresh");
        yield return ("blank", "a b!$fresh");
        yield return ("dot", ".");
        yield return ("long", new string('x', LongName) + GoodRequest.Fresh);
        yield return ("249", new string('y', TopicNameMax - 6) + GoodRequest.Fresh);
        yield return ("utf8", "zürich-Ω-$fresh");
        yield return ("longest", new string('z', LongestName) + GoodRequest.Fresh);
        if (now is JsonValue text && text.GetValueKind() == System.Text.Json.JsonValueKind.String && !text.ToString().StartsWith('$'))
        {
            yield return ("upper", text.ToString().ToUpperInvariant() + "X");
        }
    }

    private static IEnumerable<(string Label, JsonNode? Value)> Arrays(JsonNode? now)
    {
        yield return ("empty", new JsonArray());
        if (now is JsonArray { Count: > 0 } items)
        {
            yield return ("twice", new JsonArray(items[0]!.DeepClone(), items[0]!.DeepClone()));
            yield return ("many", new JsonArray([.. Enumerable.Range(0, 5).Select(_ => items[0]!.DeepClone())]));
        }
    }
}
