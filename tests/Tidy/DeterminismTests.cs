using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deterministic.Tidy.Tests;

/// <summary>What the banned symbols of the analyzer cannot say about the deterministic parts.</summary>
public sealed class DeterminismTests
{
    private static readonly string[] s_deterministic = ["broker/Kernel", "broker/Protocol", "broker/Storage", "broker/Raft", "broker/Server", "sim/Simulator", "sim/Checking"];

    private static readonly string[] s_stateMachines =
    [
        "broker/Storage", "broker/Raft", "broker/Server/Replication", "broker/Server/Controller", "broker/Server/Groups",
        "broker/Server/Metadata", "broker/Server/Configs",
    ];

    private static readonly HashSet<string> s_reflection = new(StringComparer.Ordinal)
    {
        "Activator", "GetMethod", "GetMethods", "GetProperty", "GetProperties", "GetField", "GetFields", "GetConstructor",
        "GetCustomAttribute", "GetCustomAttributes", "MakeGenericType", "MakeGenericMethod", "CreateInstance",
    };

    /// <summary>Files that may hold what the rule forbids, with the reason.</summary>
    private static readonly HashSet<string> s_mayHoldStaticState = new(StringComparer.Ordinal)
    {
        "broker/Kernel/Shard.cs", // Shard.Current is one field for each thread.
    };

    [Fact]
    public void State_machines_never_wait() => Finding.None(
        "async and await are for conversations, not for state machines:",
        from file in Repository.Sources(s_stateMachines)
        from token in file.Tree.DescendantTokens()
        where token.IsKind(SyntaxKind.AsyncKeyword) || token.IsKind(SyntaxKind.AwaitKeyword)
        select file.At(token));

    [Fact]
    public void Nothing_locks_and_nothing_is_volatile() => Finding.None(
        "A shard is single-threaded; lock, volatile, unsafe statics and finalizers have no place:",
        from file in Repository.Sources(s_deterministic)
        from node in file.Tree.DescendantNodes()
        where node is LockStatementSyntax or DestructorDeclarationSyntax
            || (node is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.VolatileKeyword))
        select $"{file.At(node)} {node.Kind()}");

    [Fact]
    public void No_static_state_changes() => Finding.None(
        "State belongs to a shard; statics are const or readonly:",
        from file in Repository.Sources(s_deterministic)
        where !s_mayHoldStaticState.Contains(file.Path)
        from member in file.All<MemberDeclarationSyntax>()
        where member.Modifiers.Any(SyntaxKind.StaticKeyword) && IsMutable(member)
        select $"{file.At(member)} {member.ToString().Split('\n')[0].Trim()}");

    [Fact]
    public void Nothing_is_dynamic_or_reflected() => Finding.None(
        "dynamic and reflection break Native AOT and the same-bytes rule:",
        from file in Repository.Sources(s_deterministic)
        from name in file.All<IdentifierNameSyntax>()
        where (name.Identifier.Text == "dynamic" && name.Parent is not NameEqualsSyntax)
            || (s_reflection.Contains(name.Identifier.Text) && name.Parent is MemberAccessExpressionSyntax && IsOnTypes(name))
        select $"{file.At(name)} {name}");

    // GetField and the like also exist outside of reflection; only calls on a Type or on Activator count.
    private static bool IsOnTypes(IdentifierNameSyntax name)
    {
        var access = (MemberAccessExpressionSyntax)name.Parent!;
        return name.Identifier.Text == "Activator"
            || access.Expression is TypeOfExpressionSyntax
            || access.Expression.ToString().EndsWith("GetType()", StringComparison.Ordinal);
    }

    private static bool IsMutable(MemberDeclarationSyntax member) => member switch
    {
        FieldDeclarationSyntax field => !field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword),
        PropertyDeclarationSyntax property =>
            property.AccessorList?.Accessors.Any(accessor => accessor.IsKind(SyntaxKind.SetAccessorDeclaration) && accessor is { Body: null, ExpressionBody: null }) == true
            && !property.Modifiers.Any(SyntaxKind.AbstractKeyword),
        _ => false,
    };
}
