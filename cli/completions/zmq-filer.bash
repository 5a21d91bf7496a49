# What zmq-filer(1) can be asked, for bash-completion. Options and commands are read from --help; paths are asked of the
# daemon that the command line names so far.

# _zmq_filer_unquote WORD: what the shell would make of a word as it is typed goes to $plain, the quote that it leaves open
# to $open, and to $quotes how many it opens. Nothing is expanded.
_zmq_filer_unquote() {
    local word=$1 char
    plain= open= quotes=0
    while [[ $word ]]; do
        char=${word:0:1}
        word=${word:1}
        if [[ $open && $char == "$open" ]]; then
            open=
        elif [[ ! $open && $char == [\'\"] ]]; then
            open=$char
            ((++quotes))
        elif [[ $char == \\ && $open != \' && ($open != \" || $word == [\\\"\$\`]*) ]]; then
            plain+=${word:0:1}
            word=${word:1}
        else
            plain+=$char
        fi
    done
}

# _zmq_filer_quote NAME: the name as it can be typed behind the quote $open goes to $quoted. Not left to readline, which takes
# some names for commands to be run.
_zmq_filer_quote() {
    quoted=$1
    case $open in
        \') quoted=${quoted//\'/\'\\\'\'} ;;
        \")
            quoted=${quoted//\\/\\\\}
            quoted=${quoted//\"/\\\"}
            quoted=${quoted//\$/\\\$}
            quoted=${quoted//\`/\\\`}
            ;;
        *) printf -v quoted %q "$1" ;;
    esac
}

# The options, or with `command` the commands, that --help tells.
_zmq_filer_options() { "$@" --help 2>/dev/null </dev/null | grep -oE -- '(^  +|, )-[-a-zA-Z]+' | grep -oE -- '-.*'; }
_zmq_filer_commands() { "$1" --help 2>/dev/null </dev/null | sed -nE 's/^  ([a-z]+) .*/\1/p'; }

# _zmq_filer_paths PROGRAM WORD ENDPOINT...: what the word can become.
_zmq_filer_paths() {
    local plain open quotes quoted names name typed=$2 kept=
    _zmq_filer_unquote "$typed"
    if [[ $open && $quotes == 1 && $typed == "$open"* ]]; then
        :
    elif ((quotes)); then
        return # readline would replace only a part of the word
    elif [[ $typed == *[:=@]* ]]; then
        kept=${typed%"${typed##*[:=@]}"} # for readline, the word begins behind it
    fi
    mapfile -d '' -t names < <("$1" -q --timeout 1 "${@:3}" ls --complete -- "$plain" 2>/dev/null </dev/null)
    for name in "${names[@]}"; do
        _zmq_filer_quote "$name"
        COMPREPLY+=("${quoted#"$kept"}")
    done
    [[ ${names[0]-} != */ ]] || compopt -o nospace
}

_zmq_filer() {
    local cur prev words cword
    _init_completion -n :=@ || return
    local command= endpoints=() index word plain open quotes
    for ((index = 1; index < cword; ++index)); do
        word=${words[index]}
        case $word in
            -e | --endpoint)
                _zmq_filer_unquote "${words[++index]}"
                ((index >= cword)) || endpoints+=(-e "$plain")
                ;;
            --endpoint=*)
                _zmq_filer_unquote "${word#*=}"
                endpoints+=(-e "$plain")
                ;;
            --key | --server-key | --timeout | -[onc] | --output | --lines | --changes | --repeat | --count | --seconds | --in-flight | --length)
                ((++index))
                ;;
            -*) ;;
            *) [[ $command ]] || command=$word ;;
        esac
    done
    case $prev in
        -o | --output | --key | --server-key)
            _filedir
            return
            ;;
        -e | --endpoint | --timeout | -[nc] | --lines | --changes | --repeat | --count | --seconds | --in-flight | --length)
            return
            ;;
    esac
    if [[ $cur == -* && " ${words[*]:0:cword} " != *" -- "* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_zmq_filer_options "$1" ${command:+"$command"}; _zmq_filer_options "$1")" -- "$cur")
    elif [[ ! $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_zmq_filer_commands "$1")" -- "$cur")
    elif [[ $command == @(get|cat|ls|stat|sum|tail|watch|bench) ]]; then
        _zmq_filer_paths "$1" "$cur" "${endpoints[@]}"
    fi
} && complete -F _zmq_filer zmq-filer
