#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/access/access_table.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/transport/refusals.hpp"

#include <zmq.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace filer {

/// Decides for the connections of a context that use CURVE whether they may come about (ZAP, RFC 27), on a
/// thread of its own: where their key is authorized at that moment. Their User-Id is then that key, marked.
/// Must be there before the first socket that listens, for libzmq lets none of them in without it. What each
/// request may do is decided when it comes.
class ZapHandler {
 public:
  /// What it refers to must outlive it. Throws zmq::error_t, std::system_error.
  ZapHandler(zmq::context_t& context, const AccessTable& access, Logger& logger);
  ~ZapHandler();
  ZapHandler(const ZapHandler&) = delete;
  ZapHandler& operator=(const ZapHandler&) = delete;

 private:
  struct Decision {
    bool is_accepted = false;
    std::string user_id;
  };

  void run();
  bool wait();
  bool answer_next();
  void report();
  Decision decide(const std::vector<std::string>& request);
  [[nodiscard]] std::chrono::milliseconds time_to_wait() const;

  const AccessTable& access_;
  Logger& logger_;
  zmq::socket_t socket_;
  Refusals refusals_;
  UniqueFileDescriptor stop_;  ///< readable once the thread shall end
  std::thread thread_;
};

}  // namespace filer
