#include "daemon/log/request_record.hpp"

#include "base/escape.hpp"

#include <fmt/format.h>

namespace filer {
namespace {

std::string describe(const RequestRecord& record) {
  const std::string key = record.key.empty() ? "" : fmt::format(" (key {})", escape(record.key));
  std::string subject =
      fmt::format("{}{}: {}", escape(record.peer), key, record.op.empty() ? "request" : record.op);
  if (!record.path.empty()) subject += " " + quote(record.path);
  if (!record.code) {
    return fmt::format("{}: {} bytes sent in {} us", subject, record.bytes, record.duration.count());
  }
  std::string why = escape(record.error);
  const bool of_the_host = level_of(record) <= LogLevel::warning;
  if (of_the_host && !record.detail.empty()) why += fmt::format(" ({})", escape(record.detail));
  return fmt::format("{}: {}: {}", subject, error_code_name(*record.code), why);
}

void add(LogEntry& entry, std::string_view name, const std::string& value) {
  if (!value.empty()) entry.fields.push_back({name, value});
}

}  // namespace

LogLevel level_of(const RequestRecord& record) noexcept {
  if (!record.code) return LogLevel::info;
  switch (*record.code) {
    case ErrorCode::internal:
      return LogLevel::error;
    case ErrorCode::io_error:
    case ErrorCode::timeout:
    case ErrorCode::busy:
      return LogLevel::warning;
    case ErrorCode::outside_root:
    case ErrorCode::access_denied:
      return LogLevel::notice;
    default:
      return LogLevel::info;
  }
}

/// The kind of event goes with the level: whose fault it is, and who is to look.
std::string_view message_id_of(const RequestRecord& record) noexcept {
  if (!record.code) return message_id::request_served;
  switch (level_of(record)) {
    case LogLevel::error:
    case LogLevel::warning:
      return message_id::request_not_served;
    case LogLevel::notice:
      return message_id::request_refused;
    default:
      return message_id::request_failed;
  }
}

LogEntry make_entry(const RequestRecord& record) {
  LogEntry entry;
  entry.level = level_of(record);
  entry.message_id = message_id_of(record);
  entry.message = describe(record);
  add(entry, "FILER_OP", std::string(record.op));
  add(entry, "FILER_ROOT", escape(record.root));
  add(entry, "FILER_PATH", escape(record.path));
  add(entry, "FILER_CODE", record.code ? std::string(error_code_name(*record.code)) : "ok");
  add(entry, "FILER_BYTES", fmt::format("{}", record.bytes));
  add(entry, "FILER_DURATION_USEC", fmt::format("{}", record.duration.count()));
  add(entry, "FILER_PEER", escape(record.peer));
  add(entry, "FILER_USER", escape(record.user));
  add(entry, "FILER_KEY", escape(record.key));
  add(entry, "FILER_DETAIL", escape(record.detail));
  return entry;
}

}  // namespace filer
