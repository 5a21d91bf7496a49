#include "protocol/error_code.hpp"

#include <gtest/gtest.h>

#include <set>

namespace filer {
namespace {

/// The wire's names are for ever: clients branch on them.
TEST(ErrorCode, HasTheNamesOfTheProtocol) {
  EXPECT_EQ(error_code_name(ErrorCode::bad_request), "bad_request");
  EXPECT_EQ(error_code_name(ErrorCode::unknown_op), "unknown_op");
  EXPECT_EQ(error_code_name(ErrorCode::unknown_root), "unknown_root");
  EXPECT_EQ(error_code_name(ErrorCode::not_found), "not_found");
  EXPECT_EQ(error_code_name(ErrorCode::outside_root), "outside_root");
  EXPECT_EQ(error_code_name(ErrorCode::access_denied), "access_denied");
  EXPECT_EQ(error_code_name(ErrorCode::not_a_file), "not_a_file");
  EXPECT_EQ(error_code_name(ErrorCode::not_a_directory), "not_a_directory");
  EXPECT_EQ(error_code_name(ErrorCode::too_large), "too_large");
  EXPECT_EQ(error_code_name(ErrorCode::range), "range");
  EXPECT_EQ(error_code_name(ErrorCode::not_utf8), "not_utf8");
  EXPECT_EQ(error_code_name(ErrorCode::changed), "changed");
  EXPECT_EQ(error_code_name(ErrorCode::name_too_long), "name_too_long");
  EXPECT_EQ(error_code_name(ErrorCode::too_many_links), "too_many_links");
  EXPECT_EQ(error_code_name(ErrorCode::busy), "busy");
  EXPECT_EQ(error_code_name(ErrorCode::timeout), "timeout");
  EXPECT_EQ(error_code_name(ErrorCode::io_error), "io_error");
  EXPECT_EQ(error_code_name(ErrorCode::internal), "internal");
}

TEST(ErrorCode, EveryNameLeadsBackToItsCode) {
  const std::set<std::string_view> names(error_code_names.begin(), error_code_names.end());
  EXPECT_EQ(names.size(), error_code_names.size());
  for (const std::string_view name : names) {
    const auto code = find_error_code(name);
    ASSERT_TRUE(code) << name;
    EXPECT_EQ(error_code_name(*code), name);
  }
}

TEST(ErrorCode, KnowsNoOtherNames) {
  for (const char* name : {"", "Not_found", "not_found ", "not found", "not_modified", "ok"}) {
    EXPECT_EQ(find_error_code(name), std::nullopt) << name;
  }
}

TEST(RequestError, CarriesTheSizeOfAFileThatIsTooLarge) {
  EXPECT_EQ(RequestError(ErrorCode::too_large, "too large", 5).size, 5U);
  EXPECT_EQ(RequestError(ErrorCode::too_large, "too large").size, std::nullopt);
}

}  // namespace
}  // namespace filer
