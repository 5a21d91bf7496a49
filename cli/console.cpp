#include "cli/console.hpp"

#include "base/escape.hpp"
#include "base/escape_json.hpp"
#include "cli/format/wrap.hpp"
#include "cli/output_file.hpp"

#include <fmt/format.h>
#include <poll.h>
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

/// Columns of a terminal; 0: it is none, or does not tell.
unsigned columns_of(int terminal) {
  winsize size{};
  return ::ioctl(terminal, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// Nothing is to be done where standard error cannot be written to.
void tell(std::string_view line) {
  std::string text = fmt::format("zmq-filer: {}", line);
  if (const unsigned columns = columns_of(STDERR_FILENO); columns > 0) text = wrap_words(text, columns);
  (void)std::fputs((text + '\n').c_str(), stderr);
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
  for (const int terminal : {STDOUT_FILENO, STDERR_FILENO}) {
    if (const unsigned columns = columns_of(terminal); columns > 0) return columns;
  }
  return usual;
}

void Console::write(std::string_view bytes) const {
  const FileDescriptor output(STDOUT_FILENO);
  const std::string what = "standard output";
  if (json_ && is_terminal_) return write_all(output, escape_json(bytes), what);
  write_all(output, bytes, what);
}

void Console::print(std::string_view line) const {
  write(std::string(line) + '\n');
}

bool Console::is_abandoned() const {
  pollfd output{STDOUT_FILENO, 0, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

void Console::note(std::string_view line) const {
  if (verbosity_ == Verbosity::verbose) tell(line);
}

void Console::warn(std::string_view line) const {
  if (verbosity_ != Verbosity::quiet) tell(line);
}

ExitStatus Console::report(const CommandError& error) const {
  tell(error.what());
  if (!error.hint.empty()) tell(error.hint);
  return error.status;
}

std::string Console::printable(std::string_view name) const {
  return is_terminal_ ? escape(name) : std::string(name);
}

}  // namespace filer
