#include "daemon/log/request_record.hpp"

#include "tests/unit/support/recording_sink.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

using test::field;

RequestRecord served_record() {
  RequestRecord record;
  record.op = "classic";
  record.root = "default";
  record.path = "dir/file.txt";
  record.bytes = 120;
  record.duration = std::chrono::microseconds(35);
  record.peer = "192.0.2.7";
  return record;
}

RequestRecord failed_record(ErrorCode code) {
  RequestRecord record = served_record();
  record.code = code;
  record.error = "what the peer is told";
  record.detail = "what the journal is told";
  return record;
}

TEST(RequestRecord, IsInfoWhereItWasServed) {
  EXPECT_EQ(level_of(served_record()), LogLevel::info);
}

TEST(RequestRecord, HasALevelForEveryCode) {
  for (const std::string_view name : error_code_names) {
    const ErrorCode code = *find_error_code(name);
    LogLevel expected = LogLevel::info;
    if (name == "internal") expected = LogLevel::error;
    if (name == "io_error" || name == "timeout" || name == "busy") expected = LogLevel::warning;
    if (name == "outside_root" || name == "access_denied") expected = LogLevel::notice;
    EXPECT_EQ(level_of(failed_record(code)), expected) << name;
  }
}

TEST(RequestRecord, TellsWhoGotWhat) {
  const LogEntry entry = make_entry(served_record());
  EXPECT_EQ(entry.message, "192.0.2.7: classic 'dir/file.txt': 120 bytes sent in 35 us");
  EXPECT_EQ(entry.message_id, message_id::request_served);
  EXPECT_EQ(field(entry, "FILER_OP"), "classic");
  EXPECT_EQ(field(entry, "FILER_ROOT"), "default");
  EXPECT_EQ(field(entry, "FILER_PATH"), "dir/file.txt");
  EXPECT_EQ(field(entry, "FILER_CODE"), "ok");
  EXPECT_EQ(field(entry, "FILER_BYTES"), "120");
  EXPECT_EQ(field(entry, "FILER_DURATION_USEC"), "35");
  EXPECT_EQ(field(entry, "FILER_PEER"), "192.0.2.7");
}

TEST(RequestRecord, TellsWhoWasRefusedAndWhy) {
  const LogEntry entry = make_entry(failed_record(ErrorCode::not_found));
  EXPECT_EQ(entry.message, "192.0.2.7: classic 'dir/file.txt': not_found: what the peer is told");
  EXPECT_EQ(entry.message_id, message_id::request_failed);
  EXPECT_EQ(field(entry, "FILER_CODE"), "not_found");
  EXPECT_EQ(field(entry, "FILER_DETAIL"), "what the journal is told");
}

TEST(RequestRecord, TellsTheDetailInTheMessageWhereTheHostIsAtFault) {
  EXPECT_EQ(make_entry(failed_record(ErrorCode::io_error)).message,
            "192.0.2.7: classic 'dir/file.txt': io_error: what the peer is told (what the journal is told)");
  EXPECT_EQ(make_entry(failed_record(ErrorCode::internal)).message,
            "192.0.2.7: classic 'dir/file.txt': internal: what the peer is told (what the journal is told)");
}

TEST(RequestRecord, LeavesOutWhatIsNotThere) {
  RequestRecord record;
  record.code = ErrorCode::bad_request;
  record.error = "not valid JSON";
  record.peer = "ipc:77";
  record.user = "1000";
  const LogEntry entry = make_entry(record);
  EXPECT_EQ(entry.message, "ipc:77: request: bad_request: not valid JSON");
  for (const LogEntry::Field& each : entry.fields) EXPECT_FALSE(each.value.empty()) << each.name;
  EXPECT_EQ(field(entry, "FILER_USER"), "1000");
}

TEST(RequestRecord, IsAnotherKindOfEventByWhoseFaultItIs) {
  EXPECT_EQ(message_id_of(failed_record(ErrorCode::bad_request)), message_id::request_failed);
  EXPECT_EQ(message_id_of(failed_record(ErrorCode::outside_root)), message_id::request_refused);
  EXPECT_EQ(message_id_of(failed_record(ErrorCode::access_denied)), message_id::request_refused);
  EXPECT_EQ(message_id_of(failed_record(ErrorCode::io_error)), message_id::request_not_served);
  EXPECT_EQ(message_id_of(failed_record(ErrorCode::internal)), message_id::request_not_served);
}

/// A field of the journal ends where its value does, and a line of a log where the line does: nothing that a
/// peer sends may forge either.
TEST(RequestRecord, EscapesWhatComesFromOutside) {
  RequestRecord record = failed_record(ErrorCode::internal);
  record.path = "x\nFILER_CODE=ok\x1b[2J\xff";
  record.error = "a\nb";
  record.detail = "c\nd";
  record.peer = "e\nf";
  record.user = "g\nh";
  const LogEntry entry = make_entry(record);
  EXPECT_EQ(field(entry, "FILER_PATH"), "x\\nFILER_CODE=ok\\x1b[2J\\xff");
  EXPECT_EQ(entry.message, "e\\nf: classic 'x\\nFILER_CODE=ok\\x1b[2J\\xff': internal: a\\nb (c\\nd)");
  for (const LogEntry::Field& each : entry.fields) {
    EXPECT_EQ(each.value.find('\n'), std::string::npos) << each.name;
    EXPECT_TRUE(each.name.starts_with("FILER_"));
  }
}

}  // namespace
}  // namespace filer
