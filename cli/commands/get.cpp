#include "base/escape.hpp"
#include "base/system_error.hpp"
#include "cli/commands/commands.hpp"
#include "cli/download/local_tree.hpp"
#include "cli/download/partial_file.hpp"
#include "cli/download/stream.hpp"
#include "cli/download/tree_walker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>

namespace filer {
namespace {

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// A FIFO or a device, which is written to and not replaced.
bool is_special(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/// The last name of a remote path; empty where it has none that a local file can have.
std::string last_name(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  std::string name = path.substr(path.rfind('/') + 1);
  return is_safe_name(name) ? name : "";
}

std::string local_name(const std::string& path) {
  std::string name = path.ends_with('/') ? "" : last_name(path);
  if (name.empty()) {
    throw CommandError(ExitStatus::usage, fmt::format("{} does not name a file", quote(path)),
                       "get downloads one file, by its name; a directory with -r");
  }
  return name;
}

/// Where the file is to be, as the user says it.
std::string target_of(const GetOptions& options) {
  if (options.output.empty()) return local_name(options.path);
  if (is_directory(options.output)) return options.output + "/" + local_name(options.path);
  return options.output;
}

/// Where the links end that a path leads through; the path itself where there is nothing yet.
std::string without_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> real(::realpath(path.c_str(), nullptr), &::free);
  return real ? real.get() : path;
}

std::unique_ptr<PartialFile> make_partial_file(const std::string& target) {
  const std::string path = without_links(target);
  const std::size_t name = path.rfind('/') + 1;
  const std::string directory = name == 0 ? "." : path.substr(0, name);
  auto open_directory = [opened = std::make_shared<LocalDirectory>(directory)] { return opened; };
  return std::make_unique<PartialFile>(std::move(open_directory), path.substr(name), target, true);
}

ExitStatus get_file(const GetOptions& options, Client& client, const Console& console) {
  UniqueFileDescriptor special;
  std::unique_ptr<Destination> destination;
  if (options.output == "-") {
    destination = std::make_unique<Stream>(FileDescriptor(STDOUT_FILENO), "standard output");
  } else if (const std::string target = target_of(options); is_special(target)) {
    special = UniqueFileDescriptor(::open(target.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!special.is_open()) throw_errno("open " + quote(target));
    destination = std::make_unique<Stream>(special.borrow(), target);
  } else {
    destination = make_partial_file(target);
  }
  const std::string name = escape(destination->name());
  Pipeline pipeline(client);
  DownloadReport report(console, false);
  download_one(std::make_unique<Transfer>(pipeline, options.path, std::move(destination), std::nullopt),
               pipeline, report);
  report.print_summary(name);
  return report.status();
}

/// A directory whose name is taken from the remote one, unless that has none; so it is with cp.
std::string tree_target_of(const GetOptions& options) {
  const std::string name = last_name(options.path);
  if (options.output.empty()) return name.empty() ? "." : name;
  if (is_directory(options.output) && !name.empty()) return options.output + "/" + name;
  return options.output;
}

ExitStatus get_tree(const GetOptions& options, Client& client, const Console& console) {
  LocalTree tree(tree_target_of(options));
  Pipeline pipeline(client);
  DownloadReport report(console, true);
  TreeWalker walker(pipeline, report, tree, options.path);
  download_all(walker, pipeline, report);
  tree.sync();
  report.print_summary(escape(options.path));
  return report.status();
}

}  // namespace

ExitStatus run_command(const GetOptions& options, Client& client, const Console& console) {
  if (!options.recursive) return get_file(options, client, console);
  if (options.output == "-") {
    throw CommandError(ExitStatus::usage, "a directory cannot be written to standard output",
                       "name a directory with -o, or leave out -r");
  }
  const Answer answer = client.ask(StatRequest{{std::nullopt, options.path}, {}});
  const bool is_tree = answer.reply.status().type == FileType::directory;
  return is_tree ? get_tree(options, client, console) : get_file(options, client, console);
}

}  // namespace filer
