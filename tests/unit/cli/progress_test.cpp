#include "cli/progress.hpp"

#include "cli/format/name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

constexpr std::size_t columns = 80;
constexpr std::uint64_t mebi = 1 << 20;

ProgressState state_of(const std::string& name, std::uint64_t done, std::uint64_t total) {
  ProgressState state;
  state.name = name;
  state.done = done;
  state.total = total;
  return state;
}

TEST(FormatProgress, TellsShareBytesRateAndWhatRemains) {
  EXPECT_EQ(format_progress(state_of("a/b", mebi, 4 * mebi), mebi, columns),
            "a/b   25%  1.0 MiB/4.0 MiB  1.0 MiB/s  0:04");
}

TEST(FormatProgress, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(format_progress(state_of("a/b", mebi, 0), 0, columns), "a/b  1.0 MiB");
}

TEST(FormatProgress, CountsTheFilesOfATree) {
  ProgressState state = state_of("a/b", mebi, 2 * mebi);
  state.files_done = 3;
  state.files = 7;
  EXPECT_EQ(format_progress(state, 0, columns), "a/b  3/7 files   50%  1.0 MiB/2.0 MiB");
}

TEST(FormatProgress, FitsTheLineAndKeepsTheEndOfALongName) {
  for (const std::string& name : {std::string(300, 'n'), std::string(300, '\xff')}) {
    const std::string line = format_progress(state_of(name + "/end.txt", mebi, 4 * mebi), mebi, columns);
    EXPECT_LE(display_width(line), columns) << line;
    EXPECT_TRUE(line.starts_with("…")) << line;
    EXPECT_NE(line.find("/end.txt   25%"), std::string::npos) << line;
  }
  std::string wide;
  while (wide.size() < 300) wide += "会";
  EXPECT_LE(display_width(format_progress(state_of(wide, mebi, 4 * mebi), mebi, columns)), columns);
}

TEST(FormatProgress, FitsANarrowLine) {
  EXPECT_LE(display_width(format_progress(state_of("a/b", mebi, 4 * mebi), mebi, 10)), 10U);
}

TEST(FormatProgress, EscapesTheName) {
  EXPECT_EQ(format_progress(state_of("\x1b[2J", 0, 0), 0, columns).find('\x1b'), std::string::npos);
}

TEST(FormatProgress, TellsNoMoreThanAllOfAFileThatGrew) {
  EXPECT_EQ(format_progress(state_of("a", 3 * mebi, 2 * mebi), mebi, columns),
            "a  100%  3.0 MiB/2.0 MiB  1.0 MiB/s");
}

}  // namespace
}  // namespace filer
