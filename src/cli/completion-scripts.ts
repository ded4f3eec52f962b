/**
 * What each shell needs to ask `hallpass complete`. Nothing of the command line is ever evaluated: words go over as arguments and
 * answers come back as data, so that pressing Tab on a pasted `$(…)` runs nothing. The first line of an answer is `words`,
 * `files` or `folders`; each further one is a word, a tab, and what it does.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = {
  // bash splits words at "=" and ":"; ids have neither, and `complete` knows "=" as a word.
  bash: `# hallpass completion bash
_hallpass() {
  local kind word
  COMPREPLY=()
  {
    read -r kind
    while IFS=$'\\t' read -r word _; do COMPREPLY+=("$word"); done
  } < <("$1" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
  esac
}
complete -F _hallpass hallpass
`,
  zsh: `#compdef hallpass
# hallpass completion zsh
_hallpass() {
  local kind line about
  local -a lines found
  lines=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  kind=\${lines[1]}
  case $kind in
    files) compset -P '--*='; _files; return ;;
    folders) compset -P '--*='; _files -/; return ;;
  esac
  for line in "\${(@)lines[2,-1]}"; do
    about=\${line#*$'\\t'}
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}\${about:+:$about}")
  done
  compset -P '--*='
  _describe -t hallpass hallpass found
}
if [[ "\${funcstack[1]}" == _hallpass ]]; then _hallpass "$@"; else compdef _hallpass hallpass; fi
`,
  fish: `# hallpass completion fish
function __hallpass_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] complete -- $words[2..-1] "$current" 2>/dev/null)
    switch "$lines[1]"
        case files folders
            set -l lead (string match -r -- '^--[^=]*=' "$current")
            for path in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$current"))
                if test "$lines[1]" = files; or string match -q -- '*/*' "$path"
                    printf '%s%s\\n' "$lead" "$path"
                end
            end
        case '*'
            set -l lead (string match -r -- '^--[^=]*=' "$current")
            for line in $lines[2..-1]
                printf '%s%s\\n' "$lead" "$line"
            end
    end
end
complete -c hallpass -f -a '(__hallpass_complete)'
`,
};
