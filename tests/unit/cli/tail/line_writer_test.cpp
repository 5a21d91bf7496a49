#include "cli/tail/line_writer.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace filer {
namespace {

const Console json_console(true, Verbosity::quiet);
const Console plain_console(false, Verbosity::quiet);

std::string printed(const Console& console, const std::function<void(LineWriter&)>& use) {
  testing::internal::CaptureStdout();
  LineWriter writer("x", console);
  use(writer);
  return testing::internal::GetCapturedStdout();
}

TEST(LineWriter, PrintsBytesAsTheyAre) {
  EXPECT_EQ(printed(plain_console, [](LineWriter& writer) { writer.write(7, std::string("a\0\xff", 3)); }),
            std::string("a\0\xff", 3));
}

TEST(LineWriter, PrintsAnObjectForEachLineThatHasEnded) {
  EXPECT_EQ(printed(json_console,
                    [](LineWriter& writer) {
                      writer.write(10, "one\n\ntw");
                      writer.write(17, "o\nthr");
                    }),
            "{\"path\":\"x\",\"offset\":10,\"line\":\"one\"}\n{\"path\":\"x\",\"offset\":14,\"line\":\"\"}\n"
            "{\"path\":\"x\",\"offset\":15,\"line\":\"two\"}\n");
}

TEST(LineWriter, PrintsWhatHasNotEndedWhenItIsFinished) {
  EXPECT_EQ(printed(json_console,
                    [](LineWriter& writer) {
                      writer.write(5, "three");
                      writer.finish();
                      writer.finish();
                    }),
            "{\"path\":\"x\",\"offset\":5,\"line\":\"three\"}\n");
}

TEST(LineWriter, CutsALineThatIsTooLongToBeHeld) {
  const std::string output = printed(json_console, [](LineWriter& writer) {
    for (std::uint64_t offset = 0; offset < 3; ++offset)
      writer.write(offset << 20, std::string(1 << 20, 'y'));
    writer.write(3 << 20, "end\n");
  });
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 4);
  EXPECT_NE(output.find(R"({"path":"x","offset":3145728,"line":"end"})"), std::string::npos);
}

}  // namespace
}  // namespace filer
