#pragma once

#include "daemon/access/access_loader.hpp"
#include "daemon/access/access_table.hpp"
#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/pool/blocking_pool.hpp"
#include "daemon/statistics.hpp"
#include "daemon/systemd/passed_sockets.hpp"
#include "daemon/transport/listener.hpp"
#include "daemon/transport/shard.hpp"
#include "daemon/transport/zap_handler.hpp"

#include <zmq.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace filer {

/// The daemon: everything it owns, in the order in which it comes to life. Requests are answered while one
/// exists. Signals that stop the process must be blocked before, so that none of its threads takes them.
class Service {
 public:
  /// `passed`: what the service manager passed at start. Throws SettingsError: a root or a passed socket that
  /// cannot be served; std::system_error: an address that is not to be had.
  Service(const ConfigInForce& config, Logger& logger, Security security,
          std::vector<PassedSocket> passed = {});

  /// Answers what was received, and takes no more. False: a file system does not answer, and the threads that
  /// wait for it cannot be ended: the process must end without this being destroyed.
  [[nodiscard]] bool stop();

  /// What is answered from the return of this on is answered by another configuration, as change_config()
  /// makes it, and every request and every new connection is decided by these rules, those among them that
  /// are held for a change. False: a thread hangs, and will do so when it goes on. One thread.
  [[nodiscard]] bool adopt(const ConfigInForce& config, std::shared_ptr<const AccessRules> rules);

  /// Whether each of its threads took a turn since the last call, which asked them to. The first time, it
  /// only asks. One thread.
  [[nodiscard]] bool is_alive();

  /// By what it works: what it was given, but for limits.peers, which is no more than there are descriptors
  /// for. Valid until adopt().
  [[nodiscard]] const Config& config() const noexcept { return *config_; }

  /// What of the configuration the process has not the means for, and what to do; empty: nothing.
  [[nodiscard]] const std::string& shortage() const noexcept { return shortage_; }

  [[nodiscard]] const Statistics& statistics() const noexcept { return statistics_; }

  /// One line: what is served, and where.
  [[nodiscard]] std::string summary() const;

 private:
  void add_statistics(const Logger& logger);

  ConfigInForce config_;
  std::string shortage_;
  std::vector<RootConfig> roots_;
  FileStore files_;
  AccessTable access_;
  std::optional<CurveKeyPair> server_key_;
  Statistics statistics_;
  std::vector<Listener> listeners_;
  BlockingPool pool_;
  zmq::context_t context_;
  std::optional<ZapHandler> zap_handler_;  ///< where there is a server key
  Shared shared_;
  std::deque<Shard> shards_;
  std::deque<std::uint64_t> turns_seen_;  ///< of each shard
};

}  // namespace filer
