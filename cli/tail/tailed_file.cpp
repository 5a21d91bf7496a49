#include "cli/tail/tailed_file.hpp"

#include "base/escape.hpp"
#include "cli/download/chunk_answer.hpp"
#include "cli/tail/last_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a reply may be held; between them, it is seen whether anybody still reads.
constexpr milliseconds held{10000};

bool is_code(const DaemonError& error, ErrorCode code) {
  return find_error_code(error.error.code) == code;
}

/// What a file that is being rotated may look like for a moment.
bool is_gone(const DaemonError& error) {
  return is_code(error, ErrorCode::not_found) || is_code(error, ErrorCode::access_denied) ||
         is_code(error, ErrorCode::not_a_file) || is_code(error, ErrorCode::not_a_directory);
}

}  // namespace

TailedFile::TailedFile(std::string path, Client& client, const Console& console)
    : path_(std::move(path)), client_(client), console_(console), writer_(path_, console) {}

void TailedFile::print_last_lines(std::uint64_t count) {
  const ChunkHeader header = look();
  endpoint_ = client_.endpoint();
  id_ = header.id;
  const auto read_range = [this](std::uint64_t from, std::uint64_t to) { return read(from, to); };
  offset_ = find_last_lines(header.size, count, read_range);
  while (offset_ < header.size) {
    constexpr std::uint64_t most_at_once = 1 << 20;
    print(read(offset_, offset_ + std::min(header.size - offset_, most_at_once)));
  }
}

void TailedFile::follow() {
  while (!console_.is_abandoned()) follow_once();
}

Answer TailedFile::get(std::uint64_t offset, std::optional<std::uint64_t> length, IfNoneMatch condition) {
  GetRequest request;
  request.target.path = path_;
  request.offset = offset;
  request.length = length;
  request.if_none_match = std::move(condition);
  constexpr int most_tries = 5;
  GrowingPause pause;
  for (int tries = 1;; ++tries) {
    try {
      return client_.ask(request);
    } catch (const DaemonError& error) {
      // So much is appended that it is hard to read a range while nothing is.
      if (!is_code(error, ErrorCode::changed) || tries == most_tries) throw;
    }
    wait_for(pause.next());
  }
}

/// What the file is now.
ChunkHeader TailedFile::look() {
  return get(0, 0).reply.chunk();
}

/// Bytes that were there before. What is appended meanwhile does not matter.
std::string TailedFile::read(std::uint64_t from, std::uint64_t to) {
  std::string bytes;
  try {
    while (from + bytes.size() < to) {
      const ByteRange range{from + bytes.size(), to - from - bytes.size()};
      const Answer answer = get(range.offset, range.length);
      if (is_other_file(read_chunk_header(answer, range)) || answer.data.empty()) fail_changed();
      bytes += answer.data;
    }
  } catch (const DaemonError& error) {
    if (!is_code(error, ErrorCode::range)) throw;
    fail_changed();
  }
  return bytes;
}

/// The files of another daemon, which has taken over, have ids of their own: it is taken at its word.
bool TailedFile::is_other_file(const ChunkHeader& header) {
  if (endpoint_ != client_.endpoint()) {
    endpoint_ = client_.endpoint();
    id_ = header.id;
  }
  return id_ != header.id;
}

void TailedFile::print(const std::string& bytes) {
  writer_.write(offset_, bytes);
  offset_ += bytes.size();
}

void TailedFile::follow_once() {
  const auto start = steady_clock::now();
  try {
    const Answer answer = get(offset_, {}, {etag_, static_cast<std::uint64_t>(etag_ ? held.count() : 0)});
    if (!answer.reply.is_not_modified()) {
      take(answer);
    } else if (steady_clock::now() - start < held / 2) {
      wait_for(pause_.next());  // this daemon does not hold replies
    }
  } catch (const DaemonError& error) {
    take_error(error);
  }
}

void TailedFile::take(const Answer& answer) {
  const ChunkHeader header = read_chunk_header(answer, {offset_, answer.data.size()});
  if (is_other_file(header)) {
    begin_again(header);
    return;
  }
  print(answer.data);
  etag_.reset();
  if (header.eof) etag_ = header.etag;
  pause_.reset();
}

void TailedFile::take_error(const DaemonError& error) {
  if (is_code(error, ErrorCode::range)) {
    begin_again(look());
  } else if (is_gone(error)) {
    await_return(error.what());
  } else if (!is_code(error, ErrorCode::changed)) {  // else it is asked for again
    throw error;
  }
}

/// From the start, of a file that is shorter than it was or took the name of the one before.
void TailedFile::begin_again(const ChunkHeader& header) {
  const char* what = is_other_file(header) ? "another file has taken its name" : "file truncated";
  console_.warn(fmt::format("{}: {}", escape(path_), what));
  writer_.finish();
  id_ = header.id;
  etag_.reset();
  offset_ = 0;
}

void TailedFile::await_return(const std::string& why) {
  console_.warn(fmt::format("{}; waiting for it", why));
  while (!console_.is_abandoned()) {
    wait_for(pause_.next());
    try {
      const ChunkHeader header = look();
      pause_.reset();
      if (is_other_file(header) || header.size < offset_) begin_again(header);
      return;
    } catch (const DaemonError& error) {
      if (!is_gone(error)) throw;
    }
  }
}

void TailedFile::fail_changed() const {
  throw CommandError(ExitStatus::changed, escape(path_) + ": something else was put in its place",
                     "try again");
}

}  // namespace filer
