#include "cli/directory_pages.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

DirectoryPage page_before(std::optional<std::string> next) {
  DirectoryPage page;
  page.entries.push_back({"name", FileType::file, 0, 0});
  page.next = std::move(next);
  return page;
}

TEST(PageCount, TakesPagesThatLeadToAnEnd) {
  PageCount count;
  count.take(page_before("1"), std::nullopt);
  count.take(page_before("2"), "1");
  EXPECT_NO_THROW(count.take(page_before(std::nullopt), "2"));
}

TEST(PageCount, TakesAnEmptyDirectory) {
  EXPECT_NO_THROW(PageCount().take({}, std::nullopt));
}

TEST(PageCount, RefusesAPageThatFollowsItself) {
  EXPECT_THROW(PageCount().take(page_before("1"), "1"), MalformedReply);
}

TEST(PageCount, RefusesAPageWithoutEntriesThatOthersFollow) {
  DirectoryPage page = page_before("1");
  page.entries.clear();
  EXPECT_THROW(PageCount().take(page, std::nullopt), MalformedReply);
}

TEST(PageCount, RefusesADirectoryWithoutEnd) {
  PageCount count;
  std::optional<std::string> after;
  std::uint64_t pages = 0;
  const auto take_all = [&] {
    for (; pages < 2 * PageCount::most; ++pages) {
      auto page = page_before(std::to_string(pages));
      count.take(page, after);
      after = std::move(page.next);
    }
  };
  EXPECT_THROW(take_all(), MalformedReply);
  EXPECT_EQ(pages, PageCount::most - 1);
}

}  // namespace
}  // namespace filer
