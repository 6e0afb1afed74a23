using System.CommandLine;
using Deterministic.Host.Options;

namespace Deterministic.Host.Commands;

/// <summary>
/// <c>--command-config</c>: a Kafka client's properties. What would change how the broker is reached, and is not there, is
/// refused; the rest tunes Java's client and means nothing here. Stateless.
/// </summary>
internal static class ClientProperties
{
    private const string Protocol = "security.protocol";
    private const string Plaintext = "PLAINTEXT";

    /// <summary>Gives the option to every command that talks to brokers.</summary>
    internal static void AddTo(Command command, CommonOptions common)
    {
        if (command.Options.Contains(common.BootstrapServer))
        {
            command.Add(common.CommandConfig);
        }

        foreach (var child in command.Subcommands)
        {
            AddTo(child, common);
        }
    }

    /// <summary>Refuses a file that asks for another way to the broker than a plain connection.</summary>
    internal static void Check(FileInfo? file)
    {
        if (file is null)
        {
            return;
        }

        foreach (var (key, value) in PropertiesFile.Read(file.FullName))
        {
            if (key == Protocol && !string.Equals(value, Plaintext, StringComparison.OrdinalIgnoreCase))
            {
                throw new CommandException($"{file.FullName}: {Protocol}={value} is not there yet; connections are {Plaintext}");
            }
        }
    }
}
