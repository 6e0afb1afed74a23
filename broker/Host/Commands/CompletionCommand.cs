using System.CommandLine;

namespace Deterministic.Host.Commands;

/// <summary><c>completion</c>: scripts that let a shell complete commands and options, by asking this executable. Stateless.</summary>
internal static class CompletionCommand
{
    // The executable answers "[suggest:POSITION]" and a line with what may stand there.
    private const string Bash =
        """
        # deterministic, completion for bash: source <(deterministic completion bash)
        _deterministic_complete() {
          local line="${COMP_LINE:0:COMP_POINT}" IFS=$'\n'
          line="deterministic ${line#* }"
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _deterministic_complete deterministic
        """;

    private const string Zsh =
        """
        # deterministic, completion for zsh: source <(deterministic completion zsh)
        _deterministic_complete() {
          local line="deterministic ${LBUFFER#* }"
          local -a candidates
          candidates=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          compadd -- $candidates
        }
        compdef _deterministic_complete deterministic
        """;

    private const string Fish =
        """
        # deterministic, completion for fish: deterministic completion fish | source
        function __deterministic_complete
            set -l line (commandline -cp)
            set -l program (commandline -opc)[1]
            set -l asked (string replace -r '^\S+' deterministic -- "$line")
            $program "[suggest:"(string length -- "$asked")"]" "$asked" 2>/dev/null
        end
        complete -c deterministic -f -a '(__deterministic_complete)'
        """;

    /// <summary>The command.</summary>
    public static Command Build(CommandRunner runner)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.CompletionSources.Add("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes commands and options: source <(deterministic completion bash)") { shell };
        runner.Set(command, (result, _) =>
        {
            Console.WriteLine(result.GetValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                var other => throw new CommandException($"There is no completion for {other}; there is for bash, zsh, fish"),
            });
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
