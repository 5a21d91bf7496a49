#include "cli/console.hpp"

#include "base/escape.hpp"
#include "cli/output_file.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace filer {
namespace {

bool is_dumb_terminal() {
  const char* term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) == "dumb" || *term == '\0';
}

/// https://no-color.org: set and not empty.
bool refuses_colour() {
  const char* value = std::getenv("NO_COLOR");
  return value != nullptr && *value != '\0';
}

}  // namespace

Console::Console(bool json, Verbosity verbosity)
    : json_(json),
      verbosity_(verbosity),
      is_terminal_(::isatty(STDOUT_FILENO) == 1),
      shows_progress_(verbosity != Verbosity::quiet && ::isatty(STDERR_FILENO) == 1 && !is_dumb_terminal()),
      has_colour_(is_terminal_ && !is_dumb_terminal() && !refuses_colour()) {}

unsigned Console::width() const {
  constexpr unsigned usual = 80;
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return size.ws_col;
}

void Console::print(std::string_view line) const {
  write_all(FileDescriptor(STDOUT_FILENO), std::string(line) + '\n', "standard output");
}

void Console::note(std::string_view line) const {
  if (verbosity_ == Verbosity::verbose) fmt::print(stderr, "zmq-filer: {}\n", line);
}

std::string Console::printable(std::string_view name) const {
  return is_terminal_ ? escape(name) : std::string(name);
}

}  // namespace filer
