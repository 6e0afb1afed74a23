using System.Text;
using Deterministic.Kernel;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Metrics;

namespace Deterministic.Server.Telemetry;

/// <summary>
/// Reads OTLP's MetricsData (opentelemetry-proto, metrics.proto) as far as clients use it: gauges and sums; of histograms and
/// summaries count and sum. Others are passed over. Lives for one push.
/// </summary>
internal sealed class OtlpReader(string clientLabels)
{
    /// <summary>Samples of one push; further ones are passed over.</summary>
    internal const int SamplesMax = 2_000;

    /// <summary>Characters of a name or of a label's value; the rest is cut.</summary>
    internal const int TextMax = 256;

    /// <summary>Labels that one sample may have of its own.</summary>
    internal const int AttributesMax = 32;

    private const int DeltaTemporality = 1;

    private readonly List<PushedSample> _samples = [];

    /// <summary>The samples.</summary>
    /// <exception cref="MalformedMessageException">That is no protobuf.</exception>
    internal IReadOnlyList<PushedSample> Read(ReadOnlySpan<byte> metricsData)
    {
        var data = new ProtobufReader(metricsData);
        while (data.Next())
        {
            if (data.Field == 1)
            {
                ReadResource(data.Bytes);
            }
        }

        return _samples;
    }

    /// <summary>Letters, digits and underscores; beside our own names only those that Kafka's clients give.</summary>
    internal static string NameOf(ReadOnlySpan<byte> utf8)
    {
        var name = Sanitized(Encoding.UTF8.GetString(utf8));
        return name.StartsWith("org_apache_kafka_", StringComparison.Ordinal) ? name : "client_" + name;
    }

    private void ReadResource(ReadOnlySpan<byte> resourceMetrics)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var first = new ProtobufReader(resourceMetrics);
        while (first.Next())
        {
            if (first.Field == 1)
            {
                ReadAttributes(first.Bytes, field: 1, attributes);
            }
        }

        var second = new ProtobufReader(resourceMetrics);
        while (second.Next())
        {
            if (second.Field == 2)
            {
                var scope = new ProtobufReader(second.Bytes);
                while (scope.Next())
                {
                    if (scope.Field == 2)
                    {
                        ReadMetric(scope.Bytes, attributes);
                    }
                }
            }
        }
    }

    private void ReadMetric(ReadOnlySpan<byte> metric, Dictionary<string, string> resource)
    {
        var name = "";
        var fields = new ProtobufReader(metric);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    name = NameOf(fields.Bytes);
                    break;
                case 5:
                    ReadNumbers(fields.Bytes, name, MetricKind.Gauge, resource);
                    break;
                case 7:
                    ReadNumbers(fields.Bytes, name, MetricKind.Counter, resource);
                    break;
                case 9:
                    ReadTotals(fields.Bytes, name, attributesField: 9, resource);
                    break;
                case 11:
                    ReadTotals(fields.Bytes, name, attributesField: 7, resource);
                    break;
            }
        }
    }

    private void ReadNumbers(ReadOnlySpan<byte> numbers, string name, MetricKind kind, Dictionary<string, string> resource)
    {
        var isDelta = IsDelta(numbers);
        var points = new ProtobufReader(numbers);
        while (points.Next())
        {
            if (points.Field != 1)
            {
                continue;
            }

            double value = 0;
            var point = new ProtobufReader(points.Bytes);
            while (point.Next())
            {
                value = point.Field switch
                {
                    4 => point.Double,
                    6 => (long)point.Number,
                    _ => value,
                };
            }

            Add(new PushedSample(name, kind, LabelsOf(points.Bytes, 7, resource), value, kind == MetricKind.Counter && isDelta));
        }
    }

    private void ReadTotals(ReadOnlySpan<byte> histogram, string name, int attributesField, Dictionary<string, string> resource)
    {
        var isDelta = IsDelta(histogram);
        var points = new ProtobufReader(histogram);
        while (points.Next())
        {
            if (points.Field != 1)
            {
                continue;
            }

            double count = 0;
            double sum = 0;
            var point = new ProtobufReader(points.Bytes);
            while (point.Next())
            {
                count = point.Field == 4 ? point.Number : count;
                sum = point.Field == 5 ? point.Double : sum;
            }

            var labels = LabelsOf(points.Bytes, attributesField, resource);
            Add(new PushedSample($"{name}_count", MetricKind.Counter, labels, count, isDelta));
            Add(new PushedSample($"{name}_sum", MetricKind.Counter, labels, sum, isDelta));
        }
    }

    private void Add(in PushedSample sample)
    {
        if (_samples.Count < SamplesMax)
        {
            _samples.Add(sample);
        }
        else
        {
            Mark.Hit("telemetry.too-many-samples");
        }
    }

    private static bool IsDelta(ReadOnlySpan<byte> metric)
    {
        var fields = new ProtobufReader(metric);
        while (fields.Next())
        {
            if (fields.Field == 2)
            {
                return fields.Number == DeltaTemporality;
            }
        }

        return false;
    }

    private string LabelsOf(ReadOnlySpan<byte> point, int field, Dictionary<string, string> resource)
    {
        var own = new Dictionary<string, string>(resource, StringComparer.Ordinal);
        ReadAttributes(point, field, own);
        var text = new StringBuilder(clientLabels);
        foreach (var (name, value) in own.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            // Who the client is, it does not say itself.
            if (!name.StartsWith("client_", StringComparison.Ordinal))
            {
                MetricLabels.Append(text, name, value);
            }
        }

        return text.ToString();
    }

    private static void ReadAttributes(ReadOnlySpan<byte> message, int field, Dictionary<string, string> attributes)
    {
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            if (fields.Field != field || attributes.Count >= AttributesMax)
            {
                continue;
            }

            var key = "";
            var value = "";
            var pair = new ProtobufReader(fields.Bytes);
            while (pair.Next())
            {
                key = pair.Field == 1 ? Sanitized(Encoding.UTF8.GetString(pair.Bytes)) : key;
                value = pair.Field == 2 ? ValueOf(pair.Bytes) : value;
            }

            if (key.Length > 0)
            {
                attributes[key] = value;
            }
        }
    }

    private static string ValueOf(ReadOnlySpan<byte> anyValue)
    {
        var value = new ProtobufReader(anyValue);
        if (!value.Next())
        {
            return "";
        }

        return value.Field switch
        {
            1 => Cut(Encoding.UTF8.GetString(value.Bytes)),
            2 => value.Number == 0 ? "false" : "true",
            3 => ((long)value.Number).ToString(System.Globalization.CultureInfo.InvariantCulture),
            4 => value.Double.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            _ => "",
        };
    }

    private static string Cut(string text) => text.Length <= TextMax ? text : text[..TextMax];

    private static string Sanitized(string text) => string.Create(Math.Min(text.Length, TextMax), text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetter(source[i]) || (i > 0 && char.IsAsciiDigit(source[i])) ? source[i] : '_';
        }
    });
}
