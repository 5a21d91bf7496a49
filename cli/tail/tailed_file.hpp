#pragma once

#include "cli/client.hpp"
#include "cli/console.hpp"
#include "cli/pause.hpp"
#include "cli/tail/line_writer.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace filer {

/// A file whose end is printed, and then what is appended to it. It is followed by its name: a file that
/// takes the name, or is emptied and written anew, is printed from its beginning.
class TailedFile {
 public:
  /// `client` and `console` must outlive this.
  TailedFile(std::string path, Client& client, const Console& console);

  /// Prints the last lines, up to where the file ended when this began. Throws what Client::ask() throws, and
  /// CommandError (changed): something else was put in its place meanwhile.
  void print_last_lines(std::uint64_t count);

  /// Prints what comes after what was printed, and comes back when nobody reads it any more. Survives that
  /// there is no such file for a while. Throws what Client::ask() throws.
  void follow();

  /// What was printed last ends here, be it a line or not.
  void finish() { writer_.finish(); }

 private:
  [[nodiscard]] Answer get(std::uint64_t offset, std::optional<std::uint64_t> length,
                           IfNoneMatch condition = {});
  [[nodiscard]] ChunkHeader look();
  [[nodiscard]] std::string read(std::uint64_t from, std::uint64_t to);
  [[nodiscard]] bool is_other_file(const ChunkHeader& header);
  void print(const std::string& bytes);
  void follow_once();
  void take(const Answer& answer);
  void take_error(const DaemonError& error);
  void begin_again(const ChunkHeader& header);
  void await_return(const std::string& why);
  [[noreturn]] void fail_changed() const;

  std::string path_;
  Client& client_;
  const Console& console_;
  LineWriter writer_;
  GrowingPause pause_;
  std::string endpoint_;             ///< which daemon said what follows
  std::string id_;                   ///< which file it is
  std::optional<std::string> etag_;  ///< of the content that was printed to its end
  std::uint64_t offset_ = 0;         ///< what is before it was printed
};

}  // namespace filer
