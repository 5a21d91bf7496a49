#pragma once

#include "cli/exit_status.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace filer {

enum class Verbosity : std::uint8_t { quiet, normal, verbose };

/// Where a command's output goes, and how it may look there: data to standard output, the rest to standard
/// error.
class Console {
 public:
  Console(bool json, Verbosity verbosity);

  /// One JSON object a line instead of text for people.
  [[nodiscard]] bool json() const noexcept { return json_; }

  /// Standard error is a terminal that can move its cursor, and the user did not ask for silence.
  [[nodiscard]] bool shows_progress() const noexcept { return shows_progress_; }

  /// Standard output is a terminal: untrusted text must be escaped.
  [[nodiscard]] bool is_terminal() const noexcept { return is_terminal_; }

  /// May use colours: a terminal, and neither NO_COLOR nor TERM=dumb.
  [[nodiscard]] bool has_colour() const noexcept { return has_colour_; }

  /// Columns of the terminal; 80 where that is not known.
  [[nodiscard]] unsigned width() const;

  /// Writes data to standard output, at once; JSON so that it cannot drive a terminal. Throws
  /// std::system_error, CommandError (interrupted).
  void write(std::string_view bytes) const;

  /// Writes a line of data.
  void print(std::string_view line) const;

  /// Nobody reads standard output any more: what is written there would fail.
  [[nodiscard]] bool is_abandoned() const;

  /// Tells what is going on, on standard error, where -v asks for it. `line` must be escaped.
  void note(std::string_view line) const;

  /// Tells what the user should know of, on standard error, unless -q refuses it. `line` must be escaped.
  void warn(std::string_view line) const;

  /// Tells of a failure, on standard error, and gives its exit status.
  ExitStatus report(const CommandError& error) const;

  /// A name from elsewhere, as it can be printed here: escaped on a terminal, as it is otherwise.
  [[nodiscard]] std::string printable(std::string_view name) const;

 private:
  bool json_;
  Verbosity verbosity_;
  bool is_terminal_;
  bool shows_progress_;
  bool has_colour_;
};

}  // namespace filer
