using Deterministic.Protocol;
using Deterministic.Protocol.Apis;

namespace Deterministic.Server.Connections;

/// <summary>Answers that say an error for everything that was asked, for requests whose handler could not. Stateless.</summary>
internal static partial class ErrorResponses
{
    /// <summary>What an ApiVersions request of an unknown version gets, in v0 form: the error and the range of ApiVersions itself.</summary>
    internal static ApiVersionsResponse UnsupportedApiVersions()
    {
        var response = new ApiVersionsResponse { ErrorCode = (short)ErrorCode.UnsupportedVersion };
        response.ApiKeys.Add(new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)ApiKey.ApiVersions,
            MinVersion = ApiVersionsRequest.Api.First,
            MaxVersion = ApiVersionsRequest.Api.Last,
        });
        return response;
    }
}
