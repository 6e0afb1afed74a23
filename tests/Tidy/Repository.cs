using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deterministic.Tidy.Tests;

/// <summary>The files of the repository, found from where the tests run.</summary>
internal static class Repository
{
    private static readonly string[] s_skippedFolders = ["artifacts", "bin", "obj", ".git", "node_modules", "data"];
    private static readonly string[] s_sourceFolders = ["broker", "sim", "chaos", "bench", "tests"];

    public static string Root { get; } = FindRoot();

    /// <summary>C# files under a folder, with paths relative to the root.</summary>
    public static IReadOnlyList<SourceFile> Sources(params string[] folders) =>
        (folders.Length > 0 ? folders : s_sourceFolders)
            .SelectMany(folder => Files(folder, "*.cs")).Select(path => new SourceFile(path, Read(path))).ToArray();

    /// <summary>Files under a folder, with paths relative to the root, in the order of their names.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var full = Path.Combine(Root, folder);
        return !Directory.Exists(full)
            ? []
            : Directory.EnumerateFiles(full, pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.Split('/').Any(part => s_skippedFolders.Contains(part, StringComparer.Ordinal)))
                .Order(StringComparer.Ordinal).ToArray();
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Deterministic.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("no Deterministic.sln above " + AppContext.BaseDirectory);
    }
}

/// <summary>A C# file, parsed when somebody asks.</summary>
internal sealed class SourceFile(string path, string text)
{
    private readonly Lazy<SyntaxNode> _tree = new(() => CSharpSyntaxTree.ParseText(text, path: path).GetRoot());

    public string Path { get; } = path;

    public string Text { get; } = text;

    public SyntaxNode Tree => _tree.Value;

    public IEnumerable<T> All<T>()
        where T : SyntaxNode => Tree.DescendantNodes().OfType<T>();

    public IEnumerable<BaseTypeDeclarationSyntax> Types => All<BaseTypeDeclarationSyntax>();

    /// <summary>The line of a node, as editors count.</summary>
    public string At(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    public string At(SyntaxToken token) => $"{Path}:{token.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}
