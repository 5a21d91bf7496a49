#include "protocol/request_decoder.hpp"
#include "tests/unit/cli/commands/command_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>

namespace filer {
namespace {

using test::CommandTest;
using test::Frames;
using test::Responder;
using test::stamp;

constexpr std::size_t page_entries = 1000;

class LsTest : public CommandTest {};

ListRequest decode(const std::string& request) {
  constexpr std::size_t most_bytes = 65536;
  return std::get<ListRequest>(RequestDecoder(most_bytes).decode(request));
}

Frames page_of(const std::vector<DirectoryEntry>& entries, const std::optional<std::string>& next = {}) {
  return {"", encode_page_reply({entries, next, "etag"}, stamp)};
}

/// A directory of so many files, the last name first; its cursor is the number of those left.
Responder::Answer serves(std::size_t count) {
  return [count](const std::string& request) {
    std::size_t left = std::stoul(decode(request).after.value_or(std::to_string(count)));
    std::vector<DirectoryEntry> entries;
    while (left > 0 && entries.size() < page_entries) {
      entries.push_back({fmt::format("{:07}", --left), FileType::file, 0, 0});
    }
    return page_of(entries, left > 0 ? std::optional(std::to_string(left)) : std::nullopt);
  };
}

TEST_F(LsTest, SortsALongListing) {
  const std::string output = run(ListOptions{}, serves(100000));
  EXPECT_TRUE(output.starts_with("0000000\n0000001\n"));
  EXPECT_TRUE(output.ends_with("0099999\n"));
  EXPECT_EQ(requests.size(), 100U);
}

TEST_F(LsTest, PrintsALongerOneAsItComes) {
  const std::string output = run(ListOptions{}, serves(101500));
  EXPECT_TRUE(output.starts_with("0101499\n0101498\n"));
  EXPECT_TRUE(output.ends_with("0000000\n"));
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 101500);
}

TEST_F(LsTest, EndsInATreeWithoutEnd) {
  ListOptions options;
  options.recursive = true;
  const std::string name(250, 'd');
  run(options, [&](const std::string&) { return page_of({{name, FileType::directory, 0, 0}}); });
  EXPECT_EQ(status, ExitStatus::done);
  EXPECT_LE(requests.size(), PATH_MAX / name.size() + 1);
}

TEST_F(LsTest, GoesOnBehindADirectoryThatFails) {
  ListOptions options;
  options.recursive = true;
  const std::string output = run(options, [](const std::string& request) -> Frames {
    const std::string path = decode(request).target.path;
    if (path == ".") return page_of({{"a", FileType::directory, 0, 0}, {"b", FileType::directory, 0, 0}});
    if (path == "b") return page_of({{"file", FileType::file, 0, 0}});
    return {"", encode_error_reply(ErrorCode::access_denied, "no", std::nullopt, stamp)};
  });
  EXPECT_EQ(output, ".:\na\nb\n\nb:\nfile\n");
  EXPECT_EQ(status, ExitStatus::refused);
  EXPECT_TRUE(told.starts_with("zmq-filer: no (" + endpoint + " says access_denied)\n")) << told;
}

TEST_F(LsTest, FailsWherePagesLeadNowhere) {
  run(ListOptions{}, [&](const std::string&) {
    const std::size_t number = requests.size();
    return page_of({}, number < 100 ? std::optional(std::to_string(number)) : std::nullopt);
  });
  EXPECT_EQ(requests.size(), 1U);
  EXPECT_EQ(status, ExitStatus::failed);
  EXPECT_NE(message.find("without entries"), std::string::npos) << message;
}

TEST_F(LsTest, CompletesAPath) {
  ListOptions options;
  options.completes = true;
  options.path = "logs/a";
  const std::vector<DirectoryEntry> entries = {{"a b\n", FileType::file, 0, 0},
                                               {"app", FileType::directory, 0, 0},
                                               {"b", FileType::file, 0, 0},
                                               {".a", FileType::file, 0, 0}};
  const auto answer = [&](const std::string&) { return page_of(entries); };
  using namespace std::string_literals;
  EXPECT_EQ(run(options, answer), "logs/a b\n\0logs/app/\0"s);
  EXPECT_EQ(decode(requests.front()).target.path, "logs/");
  options.path = "";
  EXPECT_EQ(run(options, answer), "a b\n\0app/\0b\0"s);
  options.path = ".";
  EXPECT_EQ(run(options, answer), ".a\0"s);
}

TEST_F(LsTest, CompletesWithoutReadingAHugeDirectoryToItsEnd) {
  ListOptions options;
  options.completes = true;
  options.path = "x";
  EXPECT_EQ(run(options, serves(1000000)), "");
  EXPECT_LE(requests.size(), 20U);
}

}  // namespace
}  // namespace filer
