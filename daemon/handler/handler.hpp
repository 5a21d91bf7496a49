#pragma once

#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/handler/peer.hpp"
#include "daemon/log/logger.hpp"
#include "protocol/reply.hpp"
#include "protocol/request_decoder.hpp"

#include <string>
#include <string_view>

namespace filer {

/// Bytes in, reply out: decodes a request, does what it asks, encodes the answer, tells the journal. Knows no
/// sockets. One a thread; what it refers to is shared and must outlive it.
class Handler {
 public:
  Handler(const Limits& limits, const FileStore& files, Logger& logger);

  /// Exactly one reply for any bytes: failures are replies too.
  [[nodiscard]] std::string handle(std::string_view request, const Peer& peer);

  /// The reply to a request that is not looked at, for a reason that lies in how it came: too many frames,
  /// too much in flight.
  [[nodiscard]] std::string refuse(ErrorCode code, const std::string& message, const Peer& peer);

 private:
  std::string answer(const Request& request, const Peer& peer, RequestRecord& record);
  std::string answer_op(const ClassicRequest& request, const Peer& peer, RequestRecord& record);
  std::string answer_op(const HelloRequest& request, const Peer& peer, RequestRecord& record);
  std::string answer_failure(RequestRecord& record);
  [[nodiscard]] ReplyStamp stamp() const;

  Limits limits_;
  const FileStore& files_;
  Logger& logger_;
  RequestDecoder decoder_;
  std::int64_t pid_;
};

}  // namespace filer
