namespace Deterministic.Host.Commands;

/// <summary>A command was called wrongly or cannot do what was asked; the message says what to try.</summary>
internal sealed class CommandException(string message, Exception? cause = null) : Exception(message, cause);
