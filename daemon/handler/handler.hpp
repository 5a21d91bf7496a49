#pragma once

#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/handler/peer.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/statistics.hpp"
#include "protocol/reply.hpp"
#include "protocol/request_decoder.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace filer {

/// Bytes in, reply out: decodes a request, does what it asks, encodes the answer, tells the journal. Knows no
/// sockets. One a thread; what it refers to is shared and must outlive it.
class Handler {
 public:
  Handler(const Limits& limits, const FileStore& files, Statistics& statistics, Logger& logger);

  static constexpr std::size_t any_size = std::numeric_limits<std::size_t>::max();
  static constexpr const char* busy_with_others =
      "the daemon has too many bytes in flight to its peers; try again";

  /// Exactly one reply for any bytes: failures are replies too. `most_bytes`: a longer one becomes `busy`, a
  /// range or a page is cut to fit.
  [[nodiscard]] Reply handle(std::string_view request, const Peer& peer, std::size_t most_bytes = any_size);

  /// The reply to a request that is not looked at, for a reason that lies in how it came: too many frames,
  /// too much in flight.
  [[nodiscard]] Reply refuse(ErrorCode code, const std::string& message, const Peer& peer);

 private:
  Reply answer(const Request& request, const Peer& peer, RequestRecord& record);
  Reply answer_op(const ClassicRequest& request, const Peer& peer, RequestRecord& record);
  Reply answer_op(const HelloRequest& request, const Peer& peer, RequestRecord& record);
  Reply answer_op(const StatsRequest& request, const Peer& peer, RequestRecord& record);
  Reply answer_op(const GetRequest& request, const Peer& peer, RequestRecord& record);
  Reply answer_op(const StatRequest& request, const Peer& peer, RequestRecord& record);
  Reply answer_op(const ListRequest& request, const Peer& peer, RequestRecord& record);
  [[nodiscard]] Reply answer_failure(RequestRecord& record) const;
  [[nodiscard]] Location locate(const Target& target, RequestRecord& record) const;
  void conclude(RequestRecord record, const Reply& reply);
  [[nodiscard]] ReplyStamp stamp() const;

  Limits limits_;
  const FileStore& files_;
  Statistics& statistics_;
  Logger& logger_;
  RequestDecoder decoder_;
  std::int64_t pid_;
  std::size_t most_bytes_ = any_size;  ///< of the reply to the request at hand
};

}  // namespace filer
