namespace Deterministic.Host.Dump;

/// <summary>A text that is JSON already; behind its name there is no colon when it is bare.</summary>
internal readonly record struct JsonText(string Text, bool IsBare = false);
