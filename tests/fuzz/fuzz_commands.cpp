#include "cli/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/download/partial_file.hpp"
#include "tests/fuzz/captured_output.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/host.hpp"
#include "tests/fuzz/hostile_daemon.hpp"
#include "tests/fuzz/printable.hpp"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

using namespace filer;

namespace {

namespace fs = std::filesystem;

/// A command, and what may come of it.
struct Case {
  CommandOptions command;
  bool prints_content = false;  ///< bytes of files, or replies, as they are: a terminal's user asked for them
  const char* writes = nullptr;  ///< the only name that there may be here afterwards, beside parts of files
};

/// The first byte of the input names one, in this order from 'a' on.
const std::array cases = {
    Case{GetOptions{"dir/file", "", false}, false, "file"},
    Case{GetOptions{"dir/file", "-", false}, true},
    Case{GetOptions{"tree", "", true}, false, "tree"},
    Case{CatOptions{{"file", "other"}}, true},
    Case{ListOptions{}},
    Case{ListOptions{"dir", true, true, true, false}},
    Case{ListOptions{"dir/x", false, false, false, true}, true},
    Case{StatOptions{{"file", "other"}}},
    Case{SumOptions{{"file", "other"}}},
    Case{TailOptions{"log", 3, false}, true},
    Case{TailOptions{"log", 3, true}, true},
    Case{WatchOptions{{"file", "other"}, 3}},
    Case{InfoOptions{}},
    Case{StatsOptions{false}},
    Case{StatsOptions{true}},
    Case{PingOptions{2}},
    Case{RequestOptions{"{}", 2}, true},
};

/// Where the client runs, with something beside it that is not to be touched.
class Sandbox {
 public:
  Sandbox() {
    directory_.write("beside/secret.txt", secret_);
    fs::create_directory(directory_.path() / "here");
    fs::current_path(directory_.path() / "here");
  }

  [[nodiscard]] std::string path() const { return directory_.path(); }

  /// Nothing but `name` and parts of it was written, and that only here.
  void check(const char* name) const {
    FUZZ_CHECK(names(directory_.path()) == (std::vector<std::string>{"beside", "here"}));
    FUZZ_CHECK(names(directory_.path() / "beside") == std::vector<std::string>{"secret.txt"});
    std::ifstream secret(directory_.path() / "beside/secret.txt");
    FUZZ_CHECK(std::string(std::istreambuf_iterator<char>(secret), {}) == secret_);
    for (const std::string& found : names(".")) {
      FUZZ_CHECK(name != nullptr && (found == name || is_partial_name(found)));
    }
    for (const auto& entry : fs::recursive_directory_iterator(".")) {
      const fs::file_status status = entry.symlink_status();
      FUZZ_CHECK(fs::is_regular_file(status) || fs::is_directory(status));
      constexpr auto special = fs::perms::set_uid | fs::perms::set_gid | fs::perms::sticky_bit;
      FUZZ_CHECK((status.permissions() & special) == fs::perms::none);
    }
  }

  void clear() const {
    for (const std::string& name : names(".")) fs::remove_all(name);
  }

 private:
  static std::vector<std::string> names(const fs::path& directory) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(directory)) found.push_back(entry.path().filename());
    std::sort(found.begin(), found.end());
    return found;
  }

  fuzz::TempDirectory directory_;
  std::string secret_ = fuzz::make_canary();
};

/// What main() does with a command that asks a daemon.
void run(const CommandOptions& command, bool json) {
  // Shorter than any user's, so that a daemon that says nothing does not hold up the others.
  constexpr std::chrono::milliseconds silence{10};
  const Console console(json, Verbosity::verbose);
  try {
    Client client({"tcp://192.0.2.1:60401"}, silence);
    client.set_trouble_listener([&console](const std::string& line) { console.note(line); });
    const auto ask = [&](const auto& options) {
      // No case asks nobody.
      if constexpr (requires { run_command(options, client, console); }) {
        run_command(options, client, console);
      }
    };
    std::visit(ask, command);
  } catch (const CommandError& error) {
    console.report(error);
  } catch (const MalformedReply& error) {
    console.report({ExitStatus::failed, error.what()});
  } catch (const std::system_error& error) {
    console.report({ExitStatus::failed, error.what()});
  }
}

/// Only lines that can be printed, and the codes with which the client draws its own progress.
void check_terminal(std::string text) {
  text = fuzz::with(std::move(text), "\r\x1b[K", "");
  std::erase(text, '\n');
  // A line of progress begins with \r and ends with the code that clears what is behind it.
  text = fuzz::with(std::move(text), "\x1b[K", "");
  std::erase(text, '\r');
  FUZZ_CHECK(fuzz::is_printable(text));
}

}  // namespace

/// A command of the client, on a terminal, and any bytes in place of each reply: it ends, writes nothing but
/// what it was to write, and sends no bytes of the daemon's to the terminal that would drive it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Sandbox sandbox;
  static fuzz::CapturedOutput output;
  if (size == 0) return 0;
  // Capital letters: with --json.
  const bool json = data[0] >= 'A' && data[0] <= 'Z';
  const Case& chosen = cases[static_cast<unsigned char>(data[0] - (json ? 'A' : 'a')) % cases.size()];
  std::string script(reinterpret_cast<const char*>(data) + 1, size - 1);
  fuzz::hostile_daemon().begin(fuzz::with(std::move(script), "@HOST@", sandbox.path()));
  output.begin();
  run(chosen.command, json);
  const auto [printed, told] = output.end();
  check_terminal(told);
  if (!chosen.prints_content) check_terminal(printed);
  sandbox.check(chosen.writes);
  sandbox.clear();
  return 0;
}
