using Deterministic.Protocol.Apis;
using Deterministic.Protocol.Wire;
using Deterministic.Server.Connections;
using Deterministic.Server.Metadata;

namespace Deterministic.Server.Handlers;

/// <summary>DescribeClientQuotas (48): the quotas of the entities that a filter selects. Lives as long as its shard.</summary>
internal sealed class DescribeClientQuotasHandler(MetadataCache cache)
    : IRequestHandler<DescribeClientQuotasRequest, DescribeClientQuotasResponse>
{
    /// <inheritdoc/>
    public ValueTask<DescribeClientQuotasResponse> HandleAsync(DescribeClientQuotasRequest request, RequestContext context)
    {
        if (QuotaFilter.ErrorOf(request) is { } error)
        {
            return ValueTask.FromResult(new DescribeClientQuotasResponse
            {
                ErrorCode = (short)error.Code, ErrorMessage = Text.Of(error.Message), Entries = Seq<DescribeClientQuotasResponse.EntryData>.Null,
            });
        }

        var filter = new QuotaFilter(request);
        var response = new DescribeClientQuotasResponse { ErrorMessage = Text.Empty };
        string? last = null;
        var isSelected = false;

        // The quotas of one entity stand one after the other.
        foreach (var (key, record) in cache.Image.ClientQuotas)
        {
            if (key.Entity != last)
            {
                last = key.Entity;
                var entity = QuotaEntity.Of(record);
                isSelected = filter.Selects(entity);
                if (isSelected)
                {
                    response.Entries.Add(EntryOf(entity));
                }
            }

            if (isSelected)
            {
                response.Entries[response.Entries.Count - 1].Values.Add(
                    new DescribeClientQuotasResponse.ValueData { Key = record.Key, Value = record.Value });
            }
        }

        return ValueTask.FromResult(response);
    }

    private static DescribeClientQuotasResponse.EntryData EntryOf(QuotaEntity entity)
    {
        var entry = new DescribeClientQuotasResponse.EntryData();
        foreach (var (kind, name) in entity.Parts)
        {
            entry.Entity.Add(new DescribeClientQuotasResponse.EntityData { EntityType = Text.Of(kind), EntityName = Text.Of(name) });
        }

        return entry;
    }
}
