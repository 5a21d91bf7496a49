#include "cli/command_options.hpp"

#include "cli/option_values.hpp"

#include <memory>

namespace filer {
namespace {

constexpr const char* files = "Files";
constexpr const char* changes = "Changes";
constexpr const char* daemon = "The daemon";

constexpr std::uint64_t most_counted = 1000000000;
constexpr std::uint64_t most_in_flight = 10000;
constexpr double longest_bench = 86400;

/// No argument of a command line holds it.
constexpr char word_guard = '\0';

CLI::Validator without_guard() {
  const auto strip = [](std::string& word) -> std::string {
    if (!word.empty() && word.back() == word_guard) word.pop_back();
    return {};
  };
  return {strip, ""};
}

/// Adds a command, whose options are then bound to the members of what comes back.
template <class Parsed>
std::pair<CLI::App*, Parsed*> add_command(CLI::App& program, CommandOptions& chosen, const char* group,
                                          const char* name, const char* description, const char* examples) {
  auto parsed = std::make_shared<Parsed>();
  CLI::App* command = program.add_subcommand(name, description);
  command->group(group);
  command->footer(std::string("For example:\n") + examples);
  command->callback([parsed, &chosen] { chosen = *parsed; });
  return {command, parsed.get()};
}

CLI::Option* add_path(CLI::App* command, std::string& path, const char* description) {
  return command->add_option("PATH", path, description)->transform(without_guard())->check(not_empty());
}

void add_paths(CLI::App* command, std::vector<std::string>& paths, const char* description) {
  const auto take = [&paths](const CLI::results_t& words) {
    paths = words;
    return true;
  };
  command->add_option("PATH", take, description)
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args()
      ->required()
      ->transform(without_guard())
      ->check(not_empty());
}

constexpr const char* which_path = "Path below the daemon's root, or absolute";
constexpr const char* which_paths = "Paths below the daemon's root, or absolute";

void describe_get(CLI::App& program, CommandOptions& chosen) {
  const auto [command, get] =
      add_command<GetOptions>(program, chosen, files, "get", "Download a file, or a tree of them",
                              "  zmq-filer get results/run-17.csv -o /tmp");
  add_path(command, get->path, which_path)->required();
  command->add_option("-o,--output", get->output, "Where to: a file, a directory, - for standard\noutput")
      ->type_name("FILE")
      ->transform(without_guard());
  command->add_flag("-r,--recursive", get->recursive, "Download a directory and all that is below it");
}

void describe_cat(CLI::App& program, CommandOptions& chosen) {
  const auto [command, cat] =
      add_command<CatOptions>(program, chosen, files, "cat", "Print files to standard output",
                              "  zmq-filer cat part-1 part-2 | wc -l");
  add_paths(command, cat->paths, which_paths);
}

void describe_ls(CLI::App& program, CommandOptions& chosen) {
  const auto [command, ls] = add_command<ListOptions>(program, chosen, files, "ls", "List a directory",
                                                      "  zmq-filer ls -lh results");
  command->set_help_flag("--help", "Print this help and exit");  // -h is --human, as ls has it
  add_path(command, ls->path, "Path below the daemon's root, or absolute; default:\nthe root itself");
  command->add_flag("-l,--long", ls->is_long, "Type, size, time and name of each");
  command->add_flag("-h,--human", ls->is_human, "With -l: sizes in KiB, MiB, GiB");
  command->add_flag("-R,--recursive", ls->recursive, "Then list what is below it as well");
  command->add_flag("--complete", ls->completes)->group("");
}

void describe_stat(CLI::App& program, CommandOptions& chosen) {
  const auto [command, stat] = add_command<StatOptions>(program, chosen, files, "stat",
                                                        "Show type, size, time, mode and etag of paths",
                                                        "  zmq-filer stat results/run-17.csv");
  add_paths(command, stat->paths, which_paths);
}

void describe_sum(CLI::App& program, CommandOptions& chosen) {
  const auto [command, sum] =
      add_command<SumOptions>(program, chosen, files, "sum", "Print SHA-256 sums, which the daemon computes",
                              "  zmq-filer sum run-17.csv run-18.csv | sha256sum -c");
  add_paths(command, sum->paths, "Files below the daemon's root, or absolute");
}

void describe_tail(CLI::App& program, CommandOptions& chosen) {
  const auto [command, tail] = add_command<TailOptions>(program, chosen, changes, "tail",
                                                        "Print the last lines of a file, and follow it",
                                                        "  zmq-filer tail -n 100 -f /var/log/app/app.log");
  add_path(command, tail->path, which_path)->required();
  command->add_option("-n,--lines", tail->lines, "How many lines (default: 10)")
      ->type_name("N")
      ->transform(whole_number(0, most_counted));
  command->add_flag("-f,--follow", tail->follow,
                    "Then print what is appended, for ever; a file\nthat takes its "
                    "name is followed from its start");
}

void describe_watch(CLI::App& program, CommandOptions& chosen) {
  const auto [command, watch] =
      add_command<WatchOptions>(program, chosen, changes, "watch", "Print a line for each change of paths",
                                "  zmq-filer watch -n 1 results && zmq-filer get -r results");
  add_paths(command, watch->paths, "Files or directories: a directory changes when\nentries come or go");
  command->add_option("-n,--changes", watch->changes, "End after so many (default: never)")
      ->type_name("N")
      ->transform(whole_number(1, most_counted));
}

void describe_ping(CLI::App& program, CommandOptions& chosen) {
  const auto [command, ping] = add_command<PingOptions>(
      program, chosen, daemon, "ping", "Measure round trips", "  zmq-filer -e tcp://robot7:60401 ping -c 10");
  command->add_option("-c,--count", ping->count, "How many (default: 4)")
      ->type_name("N")
      ->transform(whole_number(1, most_counted));
}

void describe_info(CLI::App& program, CommandOptions& chosen) {
  add_command<InfoOptions>(program, chosen, daemon, "info", "Show what the daemon is, offers and allows",
                           "  zmq-filer info");
}

void describe_stats(CLI::App& program, CommandOptions& chosen) {
  const auto [command, stats] =
      add_command<StatsOptions>(program, chosen, daemon, "stats", "Show the daemon's counters",
                                "  zmq-filer stats --prometheus >zmq_filer.prom");
  command->add_flag("--prometheus", stats->prometheus, "As text for Prometheus, for a textfile collector");
}

void describe_bench(CLI::App& program, CommandOptions& chosen) {
  const auto [command, bench] =
      add_command<BenchOptions>(program, chosen, daemon, "bench", "Measure requests a second and latencies",
                                "  zmq-filer bench target.txt --in-flight 1 --length 1KiB");
  add_path(command, bench->path, "File that is asked for")->required();
  command->add_option("--seconds", bench->seconds, "For how long (default: 5)")
      ->type_name("S")
      ->check(seconds(0.1, longest_bench));
  command
      ->add_option("--in-flight", bench->in_flight, "Requests that wait for replies at a time\n(default: 64)")
      ->type_name("N")
      ->transform(whole_number(1, most_in_flight));
  command
      ->add_option("--length", bench->length,
                   "How much of the file each request asks for\n(default: as much "
                   "as one reply carries)")
      ->type_name("BYTES")
      ->transform(byte_size());
}

void describe_keygen(CLI::App& program, CommandOptions& chosen) {
  const auto [command, keygen] = add_command<KeygenOptions>(
      program, chosen, daemon, "keygen", "Make a CURVE key, to be known by", "  zmq-filer keygen");
  command->add_option("-o,--output", keygen->output, "Where to (default: ~/.config/zmq-filer/key)")
      ->type_name("FILE")
      ->transform(without_guard())
      ->check(not_empty());
}

void describe_request(CLI::App& program, CommandOptions& chosen) {
  const auto [command, request] = add_command<RequestOptions>(
      program, chosen, daemon, "request", "Send a request as it is, print each reply as it is",
      "  zmq-filer request '{\"path\":\"target.txt\"}' -n 5");
  command->add_option("JSON", request->json, "The request; - reads standard input")
      ->required()
      ->transform(without_guard());
  command->add_option("-n,--repeat", request->count, "How many times (default: 1)")
      ->type_name("N")
      ->transform(whole_number(1, most_counted));
}

}  // namespace

void describe_commands(CLI::App& program, CommandOptions& chosen) {
  constexpr void (*all[])(CLI::App&, CommandOptions&) = {
      describe_get,   describe_cat,     describe_ls,    describe_stat, describe_sum,
      describe_tail,  describe_watch,   describe_ping,  describe_info, describe_stats,
      describe_bench, describe_request, describe_keygen};
  for (const auto describe : all) describe(program, chosen);
}

std::string guard_word(std::string word) {
  if ((word.starts_with('[') && word.ends_with(']')) || word == "++") word += word_guard;
  return word;
}

}  // namespace filer
