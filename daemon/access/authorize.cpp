#include "daemon/access/authorize.hpp"

#include "base/curve_key.hpp"
#include "base/escape.hpp"
#include "base/file_descriptor.hpp"
#include "base/key_file.hpp"
#include "base/settings.hpp"
#include "base/system_error.hpp"
#include "daemon/access/authorized_keys.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

namespace filer {
namespace {

constexpr mode_t readable_by_all = 0644;

std::vector<std::string> root_names(const Config& config) {
  std::vector<std::string> names;
  for (const RootConfig& root : config.roots) names.push_back(root.name);
  return names;
}

AuthorizedKey key_of(const AuthorizeOptions& options) {
  if (!is_key_name(options.name)) {
    throw UsageError(
        fmt::format("{} cannot name a key: expected letters, digits, -, _, . and @", quote(options.name)));
  }
  const bool is_file = !is_curve_key(options.key) && std::filesystem::exists(options.key);
  AuthorizedKey key{options.name, is_file ? load_public_key(options.key) : options.key, options.roots,
                    options.ops};
  if (!is_curve_key(key.public_key)) {
    throw UsageError(
        fmt::format("{} is neither a public key ({}, as 'zmq-filer keygen' prints it) nor a file "
                    "that holds one",
                    quote(options.key), curve_key_form));
  }
  return key;
}

/// The text of the key's file, which the daemon will take.
std::string checked_text(const AuthorizedKey& key, const Config& config) {
  std::string text = format_authorized_key(key);
  std::vector<std::string> problems;
  (void)parse_authorized_key(text, "--roots, --ops", key.name, root_names(config), problems);
  if (!problems.empty()) throw UsageError(problems.front());
  return text;
}

void refuse_second_name(const AuthorizedKey& key, const Config& config) {
  std::vector<std::string> ignored;
  for (const auto& other : load_authorized_keys(config.curve.authorized_keys, root_names(config), ignored)) {
    if (other.public_key == key.public_key) {
      throw UsageError(
          fmt::format("this key is authorized as {0} already; edit {0}{1} in {2}, or remove it first",
                      other.name, authorized_key_suffix, quote(config.curve.authorized_keys)));
    }
  }
}

/// Whole or not at all, and only where there is none: what is written has a hidden name, which the daemon
/// passes over, until it is linked to the path.
void write_new(const std::string& path, const std::string& hidden, std::string_view text) {
  std::string name = hidden + ".XXXXXX";
  const UniqueFileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.is_open()) throw_errno("make " + quote(path));
  const bool is_written =
      ::fchmod(file.get(), readable_by_all) == 0 &&
      ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file.get()) == 0;
  const bool is_done = is_written && ::link(name.c_str(), path.c_str()) == 0;
  const int error = errno;
  ::unlink(name.c_str());
  if (is_done) return;
  if (error != EEXIST) throw make_system_error(error, "write " + quote(path));
  throw UsageError(
      fmt::format("{} exists: a key of that name is authorized already; remove the file first to "
                  "authorize another",
                  quote(path)));
}

}  // namespace

std::string authorize(const AuthorizeOptions& options, const Config& config) {
  const AuthorizedKey key = key_of(options);
  const std::string text = checked_text(key, config);
  const std::string& directory = config.curve.authorized_keys;
  std::filesystem::create_directories(directory);
  refuse_second_name(key, config);
  const std::string path = fmt::format("{}/{}{}", directory, key.name, authorized_key_suffix);
  write_new(path, fmt::format("{}/.{}", directory, key.name), text);
  return fmt::format("wrote {}; 'systemctl reload zmq-filerd' applies it\n", quote(path));
}

}  // namespace filer
