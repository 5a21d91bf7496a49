#include "cli/download/transfer.hpp"

#include "base/escape.hpp"
#include "cli/download/chunk_answer.hpp"
#include "cli/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace filer {
namespace {

using std::chrono::steady_clock;

constexpr int most_tries = 3;

/// Whether another try would fail as well, so that nothing needs to be kept for it.
bool is_final(const CommandError& error) {
  const auto* said = dynamic_cast<const DaemonError*>(&error);
  if (said == nullptr) return false;
  const auto code = find_error_code(said->error.code);
  return code != ErrorCode::busy && code != ErrorCode::timeout && code != ErrorCode::io_error &&
         code != ErrorCode::internal;
}

FileStatus status_of(const ChunkHeader& header) {
  FileStatus status;
  status.type = FileType::file;
  status.size = header.size;
  status.mtime = header.mtime;
  status.mode = header.mode;
  status.etag = header.etag;
  status.id = header.id;
  return status;
}

}  // namespace

Transfer::Transfer(Pipeline& pipeline, std::string path, std::unique_ptr<Destination> destination,
                   std::optional<std::uint64_t> expected)
    : pipeline_(pipeline),
      path_(std::move(path)),
      destination_(std::move(destination)),
      digests_(pipeline.has_replicas()) {
  file_.size = expected.value_or(pipeline.chunk());
}

Transfer::~Transfer() {
  forget_all();
}

const Downloaded& Transfer::result() const {
  if (error_) throw CommandError(*error_);
  return *downloaded_;
}

bool Transfer::ask() {
  bool asked = false;
  guard([&] {
    if (is_overdue()) ask_anew();
    switch (phase_) {
      case Phase::opening:
        asked = ask_opening();
        break;
      case Phase::checking:
        asked = ask_digests();
        break;
      case Phase::flowing:
        asked = ask_flowing();
        break;
    }
  });
  return asked;
}

/// With nothing here, the first chunk tells which file it is, and its digest whether it came whole.
bool Transfer::ask_opening() {
  if (is_over() || is_opened_) return false;
  if (!is_kept_sought_) find_kept();
  is_opened_ = true;
  if (written_ > 0) {
    send(StatRequest{target(), {}}, 0, &Transfer::take_status, {});
    return true;
  }
  GetRequest get;
  get.target = target();
  get.length = pipeline_.chunk();
  get.digest = true;
  send(get, std::min(file_.size, *get.length), &Transfer::take_first_chunk, {0, *get.length});
  return true;
}

void Transfer::find_kept() {
  is_kept_sought_ = true;
  start_ = steady_clock::now();
  kept_ = destination_->find_kept();
  if (kept_ && kept_->record.path != path_) kept_.reset();
  if (!kept_) return;
  written_ = kept_->bytes;
  digests_ = ContentDigests(true);
}

void Transfer::take_first_chunk(Arrival& arrival, const ByteRange& asked) {
  Answer& answer = arrival.answer();
  const ChunkHeader header = read_chunk_header(answer, asked);
  file_ = status_of(header);
  source_ = pipeline_.endpoint();
  if (!header.eof) {
    begin_flowing();
    put(*sequence_->next(asked.length), std::move(answer.data), false);
    return;
  }
  std::string sha256 = sha256_of(answer.data);
  if (header.digest != sha256) throw changed("it did not come as it is there: its SHA-256 is another one");
  destination_->begin(0);
  destination_->write(answer.data);
  written_ = answer.data.size();
  finish(std::move(sha256));
}

void Transfer::take_status(Arrival& arrival, const ByteRange&) {
  const FileStatus status = arrival.answer().reply.status();
  source_ = pipeline_.endpoint();
  if (may_be_same(status)) {
    file_ = status;
    check_.emplace(written_);
    phase_ = Phase::checking;
  } else if (origin_ == Origin::earlier_download) {
    drop_kept();
    reopen();
  } else {
    throw changed("its size is another one there");
  }
}

/// Bytes of an earlier download are of use where the file is still the one that they came from; those of
/// another endpoint where its file may have the same content.
bool Transfer::may_be_same(const FileStatus& status) const {
  if (origin_ == Origin::failed_endpoint) return status.size == file_.size;
  return status.etag == kept_->record.etag && written_ <= status.size;
}

void Transfer::drop_kept() {
  kept_.reset();
  written_ = resumed_at_ = 0;
  digests_ = ContentDigests(pipeline_.has_replicas());
}

bool Transfer::ask_digests() {
  const auto range = check_->next();
  if (!range) return false;
  send(DigestRequest{target(), range->offset, range->length, ContentDigests::chunk_bytes}, 0,
       &Transfer::take_digests, *range);
  return true;
}

void Transfer::take_digests(Arrival& arrival, const ByteRange& asked) {
  const Digests theirs = arrival.answer().reply.digests();
  if (theirs.etag != file_.etag) throw changed("it changed while it was downloaded");
  if (!check_->put(theirs, asked)) throw MalformedReply("other digests than it was asked for");
  while (const auto range = check_->ready()) {
    if (origin_ == Origin::earlier_download) destination_->hash_kept(digests_, *range);
    check_->compare(digests_);
  }
  if (check_->is_over()) end_checking();
}

void Transfer::end_checking() {
  const std::uint64_t verified = check_->verified();
  const bool differs = verified < written_;
  if (origin_ == Origin::failed_endpoint) {
    if (differs) throw changed("its content is another one there");
    origin_ = Origin::earlier_download;  // they are this endpoint's now
    failed_source_.clear();
  } else {
    resumed_at_ = verified;
    if (differs) {
      digests_ = ContentDigests(true);
      destination_->hash_kept(digests_, {0, verified});
    }
  }
  written_ = verified;
  begin_flowing();
}

void Transfer::begin_flowing() {
  check_.reset();
  sequence_.emplace(written_, file_.size);
  whole_digest_ticket_ = 0;
  whole_digest_.reset();
  destination_->begin(written_);
  destination_->record({path_, file_.etag, file_.size});
  phase_ = Phase::flowing;
}

/// The digest first: it is computed while the bytes come.
bool Transfer::ask_flowing() {
  if (whole_digest_ticket_ == 0) {
    whole_digest_ticket_ = send(DigestRequest{target(), 0, {}, {}}, 0, &Transfer::take_whole_digest, {});
    return true;
  }
  const auto range = sequence_->next(pipeline_.chunk());
  if (!range) return false;
  GetRequest get;
  get.target = target();
  get.offset = range->offset;
  get.length = range->length;
  get.if_match = file_.etag;
  send(get, range->length, &Transfer::take_chunk, *range);
  return true;
}

void Transfer::take_whole_digest(Arrival& arrival, const ByteRange&) {
  const Digests digests = arrival.answer().reply.digests();
  if (digests.etag != file_.etag) throw changed("it changed while it was downloaded");
  if (digests.offset != 0 || digests.hexadecimal.size() != 1) {
    throw MalformedReply("another digest than it was asked for");
  }
  whole_digest_ = digests.hexadecimal.front();
  finish_if_complete();
}

void Transfer::take_chunk(Arrival& arrival, const ByteRange& asked) {
  Answer& answer = arrival.answer();
  const ChunkHeader header = read_chunk_header(answer, asked);
  if (header.etag != file_.etag) throw changed("it changed while it was downloaded");
  put(asked, std::move(answer.data), header.eof);
}

void Transfer::put(const ByteRange& asked, std::string bytes, bool is_end) {
  if (!is_end && bytes.size() < asked.length && !bytes.empty()) pipeline_.bound_chunk(bytes.size());
  if (!sequence_->put(asked, std::move(bytes), is_end)) throw MalformedReply("no bytes, and yet no end");
  while (const auto next = sequence_->take()) {
    destination_->write(*next);
    digests_.update(*next);
    written_ += next->size();
  }
  finish_if_complete();
}

void Transfer::finish_if_complete() {
  if (!sequence_->is_complete() || !whole_digest_) return;
  std::string sha256 = digests_.whole();
  if (sha256 != *whole_digest_) throw changed("it did not come as it is there: its SHA-256 is another one");
  finish(std::move(sha256));
}

void Transfer::finish(std::string sha256) {
  destination_->commit(file_.mode, file_.mtime);
  forget_all();
  downloaded_ =
      Downloaded{std::move(sha256), file_.etag, source_, written_, resumed_at_, steady_clock::now() - start_};
}

/// Whether the daemon takes longer for a digest than it can possibly need. It may have dropped the request.
bool Transfer::is_overdue() const {
  constexpr double least_patience = 30;     // s
  constexpr double slowest_hashing = 50e6;  // bytes a second
  if (is_over() || tickets_.empty() || whole_digest_) return false;
  const double patience = least_patience + static_cast<double>(file_.size) / slowest_hashing;
  const std::chrono::duration<double> quiet = steady_clock::now() - progressed_;
  return quiet.count() > patience * (1 << times_overdue_);
}

void Transfer::ask_anew() {
  constexpr int most_times = 3;
  if (++times_overdue_ > most_times) {
    throw CommandError(ExitStatus::unreachable,
                       fmt::format("{} does not give a digest of {}", pipeline_.endpoint(), quote(path_)),
                       "look at 'journalctl -u zmq-filerd' on the daemon's host");
  }
  if (phase_ != Phase::flowing) return reopen();
  pipeline_.forget(whole_digest_ticket_);
  std::erase(tickets_, std::exchange(whole_digest_ticket_, 0));
}

Ticket Transfer::send(const Request& request, std::uint64_t bytes, Take take, const ByteRange& asked) {
  if (tickets_.empty()) progressed_ = steady_clock::now();
  return tickets_.emplace_back(pipeline_.send(
      request, bytes, [this, take, asked](Arrival& arrival) { take_arrival(arrival, take, asked); }));
}

void Transfer::take_arrival(Arrival& arrival, Take take, const ByteRange& asked) {
  std::erase(tickets_, arrival.ticket);
  progressed_ = steady_clock::now();
  guard([&] {
    if (!source_.empty() && source_ != pipeline_.endpoint()) {
      take_over();
    } else {
      (this->*take)(arrival, asked);
    }
  });
}

/// Does a part of the work; what fails in it ends this transfer and no other.
void Transfer::guard(const std::function<void()>& work) {
  try {
    work();
  } catch (const MalformedReply& error) {
    fail(malformed_reply(pipeline_.endpoint(), fmt::format("{}: {}", quote(path_), error.what())), true);
  } catch (const CommandError& error) {
    if (error.status == ExitStatus::interrupted) throw;
    if (error.status == ExitStatus::changed) return begin_again(error);
    fail(error, is_final(error));
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::broken_pipe) throw;  // nobody reads what comes
    fail(CommandError(ExitStatus::failed, error.what()), false);
  }
}

/// Another endpoint serves now. Its etags are others, and its file may be.
void Transfer::take_over() {
  const bool is_checked = phase_ == Phase::flowing || origin_ == Origin::failed_endpoint;
  if (written_ > 0 && is_checked) {
    origin_ = Origin::failed_endpoint;
    failed_source_ = source_;
  }
  if (!is_checked) digests_ = ContentDigests(true);
  reopen();
}

/// A file that goes on changing is given up; so is one of which another endpoint has other content than what
/// came already.
void Transfer::begin_again(const CommandError& why) {
  const bool is_in_vain =
      tries_ >= most_tries || !destination_->can_begin_again() || origin_ == Origin::failed_endpoint;
  if (is_in_vain) return fail(why, true);
  ++tries_;
  drop_kept();
  reopen();
}

void Transfer::reopen() {
  forget_all();
  source_.clear();
  phase_ = Phase::opening;
  is_opened_ = false;
}

/// `is_final`: another try would fail as well, so that nothing is kept for it.
void Transfer::fail(const CommandError& error, bool is_final) {
  forget_all();
  error_ = error;
  if (is_final || !destination_->is_resumable()) destination_->discard();
}

void Transfer::forget_all() {
  for (const Ticket ticket : tickets_) pipeline_.forget(ticket);
  tickets_.clear();
}

CommandError Transfer::changed(std::string_view what) const {
  const std::string from = failed_source_.empty()
                               ? pipeline_.endpoint()
                               : fmt::format("{}, first from {}", pipeline_.endpoint(), failed_source_);
  return {ExitStatus::changed, fmt::format("{} from {}: {}", quote(path_), from, what), "try again"};
}

}  // namespace filer
