#include "base/escape.hpp"
#include "base/key_file.hpp"
#include "cli/commands/commands.hpp"
#include "protocol/json_writer.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace filer {
namespace {

/// Only its owner looks into a directory that is made for keys.
void make_parent(const std::filesystem::path& file) {
  const std::filesystem::path directory = file.parent_path();
  if (directory.empty() || std::filesystem::exists(directory)) return;
  std::filesystem::create_directories(directory);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
}

std::string as_json(const std::string& file, const std::string& public_key) {
  JsonWriter json;
  json.begin_object().key("file").string(file).key("public_key").string(public_key);
  return json.end_object().take();
}

}  // namespace

ExitStatus run_command(const KeygenOptions& options, const Console& console) {
  const std::string file = options.output.empty() ? default_key_file() : options.output;
  if (file.empty()) {
    throw CommandError(ExitStatus::usage, "there is no home directory to keep a key in",
                       "name a file with -o");
  }
  const CurveKeyPair keys = make_curve_key_pair();
  try {
    make_parent(file);
    write_key_file(file, keys);
  } catch (const std::system_error& error) {
    if (error.code().value() != EEXIST) throw;
    throw CommandError(ExitStatus::failed, fmt::format("{} exists, and is not overwritten", quote(file)),
                       "name another file with -o");
  }
  console.print(console.json() ? as_json(file, keys.public_key) : keys.public_key);
  console.warn(fmt::format(
      "the key is in {}; this is its public half. If it is a client's, let it in on the daemon's host:\n"
      "  zmq-filerd authorize NAME '{}' && systemctl reload zmq-filerd",
      quote(file), keys.public_key));
  return ExitStatus::done;
}

}  // namespace filer
