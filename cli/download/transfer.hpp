#pragma once

#include "cli/download/chunk_sequence.hpp"
#include "cli/download/content_digests.hpp"
#include "cli/download/destination.hpp"
#include "cli/download/pipeline.hpp"
#include "cli/download/prefix_check.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// What became of a file that was downloaded.
struct Downloaded {
  std::string sha256;
  std::string etag;
  std::string endpoint;  ///< that it was verified against
  std::uint64_t size = 0;
  std::uint64_t resumed_at = 0;  ///< bytes that were there already
  std::chrono::duration<double> time{};
};

/// Downloads one file through a pipeline that it may share with others: a first request, which is all for a
/// short file; then chunk after chunk, with the SHA-256 of the whole asked for beside them. What is there of
/// an earlier download, and what came from an endpoint that failed meanwhile, goes on being used where its
/// chunks have the digests that the daemon's have.
class Transfer {
 public:
  /// `path` on the daemon; `expected` bytes, where that is known. The pipeline must outlive this.
  Transfer(Pipeline& pipeline, std::string path, std::unique_ptr<Destination> destination,
           std::optional<std::uint64_t> expected);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Sends the next request; false: there is none now. Call it while the pipeline has room. Throws
  /// CommandError (interrupted).
  bool ask();

  /// Nothing more will come: it was downloaded or it failed.
  [[nodiscard]] bool is_over() const noexcept { return downloaded_ || error_; }

  /// What became of it, once it is over; throws why it failed (CommandError).
  [[nodiscard]] const Downloaded& result() const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const Destination& destination() const noexcept { return *destination_; }

  /// Bytes that are there, and that there will be as far as is known; for people.
  [[nodiscard]] std::uint64_t done() const noexcept { return written_; }
  [[nodiscard]] std::uint64_t expected() const noexcept { return file_.size; }

 private:
  enum class Phase : std::uint8_t {
    opening,   ///< is it there, and which file is it?
    checking,  ///< are the bytes that are here its bytes?
    flowing    ///< the others come
  };
  /// Whose the bytes are that are to be checked.
  enum class Origin : std::uint8_t { earlier_download, failed_endpoint };
  using Take = void (Transfer::*)(Arrival&, const ByteRange&);

  bool ask_opening();
  void find_kept();
  void take_first_chunk(Arrival& arrival, const ByteRange& asked);
  void take_status(Arrival& arrival, const ByteRange& asked);
  [[nodiscard]] bool may_be_same(const FileStatus& status) const;
  void drop_kept();
  bool ask_digests();
  void take_digests(Arrival& arrival, const ByteRange& asked);
  void end_checking();
  void begin_flowing();
  bool ask_flowing();
  void take_whole_digest(Arrival& arrival, const ByteRange& asked);
  void take_chunk(Arrival& arrival, const ByteRange& asked);
  void put(const ByteRange& asked, std::string bytes, bool is_end);
  void finish_if_complete();
  void finish(std::string sha256);

  [[nodiscard]] bool is_overdue() const;
  void ask_anew();

  Ticket send(const Request& request, std::uint64_t bytes, Take take, const ByteRange& asked);
  void take_arrival(Arrival& arrival, Take take, const ByteRange& asked);
  void guard(const std::function<void()>& work);
  void take_over();
  void begin_again(const CommandError& why);
  void fail(const CommandError& error, bool is_final);
  void reopen();
  void forget_all();
  [[nodiscard]] Target target() const { return {std::nullopt, path_}; }
  [[nodiscard]] CommandError changed(std::string_view what) const;

  Pipeline& pipeline_;
  std::string path_;
  std::unique_ptr<Destination> destination_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::vector<Ticket> tickets_;

  Phase phase_ = Phase::opening;
  bool is_opened_ = false;       ///< the request that opens it was sent
  bool is_kept_sought_ = false;  ///< what is there of an earlier download was looked for
  int tries_ = 1;
  std::optional<Destination::Kept> kept_;
  Origin origin_ = Origin::earlier_download;

  FileStatus file_;            ///< what the daemon says of it
  std::string source_;         ///< the endpoint that said it; empty: none yet
  std::string failed_source_;  ///< the endpoint that the bytes to be checked came from

  std::uint64_t written_ = 0;  ///< bytes that are here, in order
  ContentDigests digests_;     ///< of them
  std::optional<PrefixCheck> check_;
  std::optional<ChunkSequence> sequence_;
  Ticket whole_digest_ticket_ = 0;  ///< 0: not asked for
  std::optional<std::string> whole_digest_;
  std::chrono::steady_clock::time_point progressed_;  ///< when the last reply came
  int times_overdue_ = 0;

  std::uint64_t resumed_at_ = 0;
  std::optional<Downloaded> downloaded_;
  std::optional<CommandError> error_;
};

}  // namespace filer
