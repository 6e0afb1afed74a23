using System.Net;
using System.Net.Sockets;

namespace Deterministic.Host.Sockets;

/// <summary>Turns host names into addresses, IPv4 first, and addresses into text. Stateless.</summary>
internal static class HostAddresses
{
    /// <summary>Addresses of one name that are tried.</summary>
    internal const int AddressesMax = 16;

    /// <summary>The address to listen on; an empty name means all of this machine.</summary>
    internal static IPAddress ToListenOn(string host)
    {
        if (host.Length == 0)
        {
            return Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        }

        return IPAddress.TryParse(host, out var literal) ? literal : Ordered(host, Dns.GetHostAddresses, host)[0];
    }

    /// <summary>The addresses to try one after the other.</summary>
    internal static async ValueTask<IPAddress[]> ToConnectToAsync(string host)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        try
        {
            var found = await Dns.GetHostAddressesAsync(host);
            return Ordered(host, static found => found, found);
        }
        catch (SocketException e)
        {
            throw NetworkError.UnknownName(host, e.Message, e);
        }
    }

    /// <summary>Address and port as Kafka's tools write them; an IPv4 address that came in by IPv6 is shown as what it is.</summary>
    internal static string TextOf(IPEndPoint end)
    {
        var address = end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address;
        return new IPEndPoint(address, end.Port).ToString();
    }

    private static IPAddress[] Ordered<T>(string host, Func<T, IPAddress[]> find, T state)
    {
        try
        {
            var found = find(state);
            if (found.Length == 0)
            {
                throw NetworkError.UnknownName(host, "it has no address");
            }

            return [.. found.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).Take(AddressesMax)];
        }
        catch (SocketException e)
        {
            throw NetworkError.UnknownName(host, e.Message, e);
        }
    }
}
