using System.Text.RegularExpressions;

namespace Deterministic.Host.Shell;

/// <summary>The commands of kafka-metadata-shell over a tree of metadata: cat, cd, find, ls, pwd, tree, man, help, history, exit. Lives for one command.</summary>
internal sealed class MetadataShell(MetadataNode root, TextWriter output)
{
    private const int HistoryMax = 1000;
    private static readonly TimeSpan s_regexTimeout = TimeSpan.FromSeconds(1);

    private static readonly SortedDictionary<string, (string Usage, string Description)> s_manual = new(StringComparer.Ordinal)
    {
        ["cat"] = ("cat FILE...", "Show the contents of files."),
        ["cd"] = ("cd [DIRECTORY]", "Go to a directory, or to the root."),
        ["exit"] = ("exit", "Leave the shell."),
        ["find"] = ("find [PATH...]", "List everything below paths."),
        ["help"] = ("help", "Show the commands."),
        ["history"] = ("history", "Show the lines that were typed."),
        ["ls"] = ("ls [PATH...]", "List directories. * and ? stand for parts of a name."),
        ["man"] = ("man COMMAND", "Show what a command does."),
        ["pwd"] = ("pwd", "Show where you are."),
        ["tree"] = ("tree [PATH...]", "Show everything below paths, with the contents of files."),
    };

    private readonly List<string> _path = [];
    private readonly Queue<string> _history = [];

    /// <summary>Whether <c>exit</c> was said.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Runs one line; false when it could not be done, which has been said then.</summary>
    internal bool Run(string line)
    {
        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return true;
        }

        _history.Enqueue(line);
        if (_history.Count > HistoryMax)
        {
            _history.Dequeue();
        }

        return Run(words);
    }

    /// <summary>Runs one command.</summary>
    internal bool Run(string[] words)
    {
        var arguments = words[1..];
        switch (words[0])
        {
            case "cat":
                return arguments.Length > 0 ? Each("cat", arguments, Cat) : Fail("cat: it needs a file");
            case "cd":
                return ChangeDirectory(arguments);
            case "exit" or "quit":
                IsOver = true;
                return true;
            case "find":
                return Each("find", OrHere(arguments), (path, node) => Find(path, node));
            case "help":
                return Help();
            case "history":
                return History();
            case "ls":
                return List(OrHere(arguments));
            case "man":
                return Manual(arguments);
            case "pwd":
                output.WriteLine("/" + string.Join('/', _path));
                return true;
            case "tree":
                return Each("tree", OrHere(arguments), (_, node) => Tree(node, 0));
            default:
                return Fail($"There is no command {words[0]}; there are {string.Join(", ", s_manual.Keys)}");
        }
    }

    private static string[] OrHere(string[] arguments) => arguments.Length > 0 ? arguments : ["."];

    private bool Fail(string why)
    {
        output.WriteLine(why);
        return false;
    }

    private bool Cat(string path, MetadataNode node)
    {
        if (node.Text is null)
        {
            return Fail($"cat: {path}: Is a directory.");
        }

        output.WriteLine(node.Text);
        return true;
    }

    private bool ChangeDirectory(string[] arguments)
    {
        if (arguments.Length > 1)
        {
            return Fail("cd: it takes one directory");
        }

        var target = arguments.Length == 0 ? "/" : arguments[0];
        var found = Resolve(target);
        if (found.Count != 1)
        {
            return Fail($"cd: {target}: {(found.Count == 0 ? "no such file or directory" : "more than one directory")}.");
        }

        if (!found[0].Node.IsDirectory)
        {
            return Fail($"cd: {target}: not a directory.");
        }

        _path.Clear();
        _path.AddRange(found[0].Path);
        return true;
    }

    private bool Find(string path, MetadataNode node)
    {
        output.WriteLine(path);
        foreach (var (name, child) in node.Children)
        {
            Find(path.EndsWith('/') ? path + name : $"{path}/{name}", child);
        }

        return true;
    }

    private bool List(string[] paths)
    {
        return Each("ls", paths, (path, node) =>
        {
            if (node.IsDirectory && paths.Length > 1)
            {
                output.WriteLine($"{path}:");
            }

            foreach (var name in node.IsDirectory ? node.Children.Keys : [path])
            {
                output.WriteLine(name);
            }

            return true;
        });
    }

    private bool Tree(MetadataNode node, int depth)
    {
        const int Indent = 2;
        if (node.Text is not null)
        {
            output.WriteLine(new string(' ', depth * Indent) + node.Text);
        }

        foreach (var (name, child) in node.Children)
        {
            output.WriteLine($"{new string(' ', depth * Indent)}{name}:");
            Tree(child, depth + 1);
        }

        return true;
    }

    private bool Help()
    {
        foreach (var (_, (usage, description)) in s_manual)
        {
            output.WriteLine($"{usage,-20} {description}");
        }

        return true;
    }

    private bool History()
    {
        var number = 1;
        foreach (var line in _history)
        {
            output.WriteLine($"{number++,4}  {line}");
        }

        return true;
    }

    private bool Manual(string[] arguments)
    {
        if (arguments.Length != 1 || !s_manual.TryGetValue(arguments[0], out var entry))
        {
            return Fail($"man: it takes one of {string.Join(", ", s_manual.Keys)}");
        }

        output.WriteLine($"{arguments[0]}: {entry.Description}");
        output.WriteLine($"usage: {entry.Usage}");
        return true;
    }

    private bool Each(string command, string[] patterns, Func<string, MetadataNode, bool> act)
    {
        var isWhole = true;
        foreach (var pattern in patterns)
        {
            var found = Resolve(pattern);
            if (found.Count == 0)
            {
                isWhole = Fail($"{command}: {pattern}: No such file or directory.");
            }

            foreach (var (path, node) in found)
            {
                var shown = pattern.StartsWith('/') || pattern.Contains('*', StringComparison.Ordinal) || pattern.Contains('?', StringComparison.Ordinal)
                    ? "/" + string.Join('/', path) : pattern;
                isWhole &= act(shown, node);
            }
        }

        return isWhole;
    }

    private List<(string[] Path, MetadataNode Node)> Resolve(string pattern)
    {
        List<(string[] Path, MetadataNode Node)> found = [([], root)];
        foreach (var part in (pattern.StartsWith('/') ? [] : _path.ToArray()).Concat(pattern.Split('/', StringSplitOptions.RemoveEmptyEntries)))
        {
            found = [.. found.SelectMany(place => Step(place.Path, place.Node, part))];
        }

        return found;
    }

    private IEnumerable<(string[] Path, MetadataNode Node)> Step(string[] path, MetadataNode node, string part)
    {
        switch (part)
        {
            case ".":
                return [(path, node)];
            case "..":
                var above = path.Length > 0 ? path[..^1] : path;
                return [(above, above.Aggregate(root, (at, name) => at.Children[name]))];
            default:
                var regex = $"^{Regex.Escape(part).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$";
                return node.Children.Where(child => child.Key == part || Regex.IsMatch(child.Key, regex, RegexOptions.None, s_regexTimeout))
                    .Select(child => ((string[])[.. path, child.Key], child.Value));
        }
    }
}
