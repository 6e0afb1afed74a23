namespace Deterministic.Server.Connections;

/// <summary>Takes addresses of the form <c>host:port</c> and <c>[v6]:port</c> apart. Stateless.</summary>
internal static class AddressText
{
    /// <summary>The host alone.</summary>
    internal static string WithoutPort(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon < 0 ? address : address[..colon].Trim('[', ']');
    }
}
