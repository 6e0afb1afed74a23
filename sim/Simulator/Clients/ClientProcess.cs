using System.Runtime.ExceptionServices;
using Deterministic.Kernel;
using Deterministic.Protocol;
using Deterministic.Simulator.Workloads;
using Deterministic.Simulator.Worlds;

namespace Deterministic.Simulator.Clients;

/// <summary>One life of a client: its connections, what it knows of the cluster, and the conversations that it has. Owned by its shard; ends with its process.</summary>
internal sealed class ClientProcess
{
    private const int FirstBackOffMs = 20;
    private const int BackOffMsMax = 500;

    private readonly Dictionary<(BrokerAddress Address, bool IsForGroup), Task<BrokerConnection>> _connections = [];
    private readonly Dictionary<ApiKey, short> _versions = [];
    private int _backOffMs = FirstBackOffMs;

    internal ClientProcess(ClientFleet fleet, PlannedClient plan, Shard shard)
    {
        Fleet = fleet;
        Plan = plan;
        Shard = shard;
        View = new ClusterView(this);
        Quotas = new OwnQuotas(this);
        foreach (var api in ApiCatalog.All)
        {
            _versions.Add(api.Key, plan.Versions.TryGetValue(api.Key.ToString(), out var version) ? version : api.Last);
        }
    }

    internal ClientFleet Fleet { get; }

    internal PlannedClient Plan { get; }

    internal Shard Shard { get; }

    internal ClusterView View { get; }

    internal OwnQuotas Quotas { get; }

    /// <summary>Starts a conversation on this shard, which is the one that runs. What it does not expect ends the run.</summary>
    internal void Run(Func<Task> conversation) => _ = GuardAsync(conversation);

    /// <summary>Lets time pass.</summary>
    internal Task DelayAsync(long milliseconds)
    {
        if (milliseconds <= 0)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Shard.Timers.Schedule(Shard.MonotonicMs + milliseconds, static state => ((TaskCompletionSource)state!).SetResult(), done);
        return done.Task;
    }

    /// <summary>Waits before something is tried again: longer each time, until <see cref="Succeeded"/>.</summary>
    internal Task BackOffAsync()
    {
        var milliseconds = _backOffMs + Shard.Random.Next(_backOffMs);
        _backOffMs = Math.Min(BackOffMsMax, _backOffMs * 2);
        return DelayAsync(milliseconds);
    }

    /// <summary>Something worked: the next wait is short again.</summary>
    internal void Succeeded() => _backOffMs = FirstBackOffMs;

    /// <summary>The newest version of an API that this client knows.</summary>
    internal short VersionMaxOf(ApiInfo api) => _versions[api.Key];

    /// <summary>
    /// The connection to an address; opened when there is none. What is asked of a group's coordinator may take long and has
    /// a connection of its own.
    /// </summary>
    internal Task<BrokerConnection> ToAsync(BrokerAddress address, bool isForGroup = false)
    {
        if (_connections.TryGetValue((address, isForGroup), out var connection)
            && !connection.IsFaulted && !(connection.IsCompletedSuccessfully && connection.Result.IsClosed))
        {
            return connection;
        }

        connection = BrokerConnection.OpenAsync(this, address);
        _connections[(address, isForGroup)] = connection;
        return connection;
    }

    /// <summary>The connection to a broker by its node id.</summary>
    internal Task<BrokerConnection> ToNodeAsync(int nodeId) => View.AddressOf(nodeId) is { } address
        ? ToAsync(address)
        : throw new RequestLostException($"broker {nodeId} is not known", mayHaveActed: false);

    /// <summary>A connection to any of these brokers or of the bootstrap, one that is open before all others.</summary>
    internal Task<BrokerConnection> AnyBrokerAsync(IEnumerable<BrokerAddress> known)
    {
        var all = known.Concat(Fleet.Bootstrap).Distinct().ToList();
        var open = all.FindIndex(address => _connections.TryGetValue((address, false), out var task) && task is { IsCompletedSuccessfully: true, Result.IsClosed: false });
        return ToAsync(all[open >= 0 ? open : Shard.Random.Next(all.Count)]);
    }

    /// <summary>Closes what is open.</summary>
    internal void CloseConnections(string why)
    {
        foreach (var connection in _connections.Values.Where(task => task.IsCompletedSuccessfully))
        {
            connection.Result.Close(why);
        }

        _connections.Clear();
    }

    private async Task GuardAsync(Func<Task> conversation)
    {
        try
        {
            await conversation();
        }
        catch (ProcessEndedException)
        {
            // The process ended under the feet of the conversation, which is what happens to them.
        }
        catch (ViolationException e)
        {
            Fleet.Fail(e);
        }
        catch (Exception e)
        {
            Shard.Post(static state => ExceptionDispatchInfo.Throw((Exception)state!), e);
        }
    }
}
