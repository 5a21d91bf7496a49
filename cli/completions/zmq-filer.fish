# What zmq-filer(1) can be asked, for fish. Paths are asked of the daemon that the command line names so far.

function __zmq_filer_paths
    set -l words (commandline -opc)
    set -l endpoints
    for index in (seq (count $words))
        switch $words[$index]
            case -e --endpoint
                set -a endpoints -e $words[(math $index + 1)]
            case '--endpoint=*'
                set -a endpoints $words[$index]
        end
    end
    set -l typed (commandline -ct)
    set -l plain (string unescape -- $typed; or string replace -r '^["\']' '' -- $typed)
    $words[1] -q --timeout 1 $endpoints ls --complete -- "$plain" 2>/dev/null </dev/null | string split0
end

set -l commands get cat ls stat sum tail watch ping info stats bench request keygen
set -l none "not __fish_seen_subcommand_from $commands"

complete -c zmq-filer -f
complete -c zmq-filer -s h -l help -d 'Print help and exit'
complete -c zmq-filer -l version -d 'Print the version and exit'
complete -c zmq-filer -s e -l endpoint -x -d 'Where the daemon is'
complete -c zmq-filer -l key -r -F -d 'The file of your CURVE key'
complete -c zmq-filer -l server-key -r -F -d "The daemon's public CURVE key"
complete -c zmq-filer -l remember -d 'Know the endpoint by --server-key'
complete -c zmq-filer -l timeout -x -d 'Give up when nothing has come for so many seconds'
complete -c zmq-filer -l json -d 'Print one JSON object a line'
complete -c zmq-filer -s q -l quiet -d 'No progress and no notes'
complete -c zmq-filer -s v -l verbose -d 'Tell what is going on'

complete -c zmq-filer -n $none -a get -d 'Download a file, or a tree of them'
complete -c zmq-filer -n $none -a cat -d 'Print files to standard output'
complete -c zmq-filer -n $none -a ls -d 'List a directory'
complete -c zmq-filer -n $none -a stat -d 'Show type, size, time, mode and etag of paths'
complete -c zmq-filer -n $none -a sum -d 'Print SHA-256 sums that the daemon computes'
complete -c zmq-filer -n $none -a tail -d 'Print the last lines of a file, and follow it'
complete -c zmq-filer -n $none -a watch -d 'Print a line for each change of paths'
complete -c zmq-filer -n $none -a ping -d 'Measure round trips'
complete -c zmq-filer -n $none -a info -d 'Show what the daemon is, offers and allows'
complete -c zmq-filer -n $none -a stats -d "Show the daemon's counters"
complete -c zmq-filer -n $none -a bench -d 'Measure requests a second and latencies'
complete -c zmq-filer -n $none -a request -d 'Send a request as it is'
complete -c zmq-filer -n $none -a keygen -d 'Make a CURVE key, to be known by'

complete -c zmq-filer -n '__fish_seen_subcommand_from get cat ls stat sum tail watch bench' -a '(__zmq_filer_paths)'
complete -c zmq-filer -n '__fish_seen_subcommand_from get' -s o -l output -r -F -d 'Where to'
complete -c zmq-filer -n '__fish_seen_subcommand_from get' -s r -l recursive -d 'A directory and all below it'
complete -c zmq-filer -n '__fish_seen_subcommand_from ls' -s l -l long -d 'Type, size, time and name'
complete -c zmq-filer -n '__fish_seen_subcommand_from ls' -l human -d 'With -l: sizes in KiB, MiB, GiB'
complete -c zmq-filer -n '__fish_seen_subcommand_from ls' -s R -l recursive -d 'Then what is below it'
complete -c zmq-filer -n '__fish_seen_subcommand_from tail' -s n -l lines -x -d 'How many lines'
complete -c zmq-filer -n '__fish_seen_subcommand_from tail' -s f -l follow -d 'Then what is appended'
complete -c zmq-filer -n '__fish_seen_subcommand_from watch' -s n -l changes -x -d 'End after so many'
complete -c zmq-filer -n '__fish_seen_subcommand_from ping' -s c -l count -x -d 'How many'
complete -c zmq-filer -n '__fish_seen_subcommand_from stats' -l prometheus -d 'As text for Prometheus'
complete -c zmq-filer -n '__fish_seen_subcommand_from bench' -l seconds -x -d 'For how long'
complete -c zmq-filer -n '__fish_seen_subcommand_from bench' -l in-flight -x -d 'Requests at a time'
complete -c zmq-filer -n '__fish_seen_subcommand_from bench' -l length -x -d 'Bytes of each request'
complete -c zmq-filer -n '__fish_seen_subcommand_from keygen' -s o -l output -r -F -d 'Where to'
complete -c zmq-filer -n '__fish_seen_subcommand_from request' -s n -l repeat -x -d 'How many times'
