#include "daemon/service.hpp"

#include "base/escape.hpp"
#include "daemon/health/vitals.hpp"
#include "daemon/transport/listeners.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace filer {
namespace {

/// What is still worked on when all has been answered, nobody waits for.
constexpr std::chrono::milliseconds farewell_time{500};

/// A shard takes a turn in far less, unless it hangs.
constexpr std::chrono::milliseconds patience_with_shard{5000};

/// A root that hangs must leave threads to the others.
std::size_t share_of_pool(const Config& config) {
  const std::size_t roots = config.roots.size();
  return (config.limits.pool_threads + roots - 1) / roots;
}

unsigned number_of_shards(const Config& config) {
  if (config.shards > 0) return static_cast<unsigned>(config.shards);
  return std::clamp(std::thread::hardware_concurrency() / 2, 1U, static_cast<unsigned>(most_shards));
}

/// What the process has open at rest; for each shard, libzmq's and its own; for each address, one a shard.
constexpr std::uint64_t descriptors_at_rest = 16;
constexpr std::uint64_t descriptors_of_a_shard = 12;

/// What opening a file and looking where it lies takes at once, for each thread that does it.
constexpr std::uint64_t descriptors_of_a_reader = 2;

/// Connections must leave descriptors to the rest of the daemon: whoever has one is to be served. A rush of
/// connections takes more than that for a moment, until those past it are cut.
std::uint64_t most_connections(const Config& config) {
  const std::uint64_t shards = number_of_shards(config);
  const std::uint64_t readers = shards + config.limits.pool_threads;
  const std::uint64_t own = descriptors_at_rest + shards * (descriptors_of_a_shard + config.bind.size()) +
                            readers * descriptors_of_a_reader;
  const std::uint64_t all = descriptor_limit();
  return all > own ? all - own : 1;
}

/// The same with no more peers than there are descriptors for.
ConfigInForce with_descriptors_for_all(const ConfigInForce& wanted) {
  const std::uint64_t most = most_connections(*wanted);
  if (wanted->limits.peers <= most) return wanted;
  Config config = *wanted;
  config.limits.peers = most;
  return std::make_shared<const Config>(std::move(config));
}

std::string shortage_of(const Config& wanted, const Config& had) {
  if (had.limits.peers == wanted.limits.peers) return "";
  return fmt::format(
      "there are descriptors for {} connections, not for the {} of limits.peers: raise "
      "LimitNOFILE= of the service, or lower limits.peers",
      had.limits.peers, wanted.limits.peers);
}

}  // namespace

Service::Service(const ConfigInForce& config, Logger& logger, Security security,
                 std::vector<PassedSocket> passed)
    : config_(with_descriptors_for_all(config)),
      shortage_(shortage_of(*config, *config_)),
      roots_(config->roots),
      files_(config->roots),
      access_(std::move(security.rules)),
      server_key_(std::move(security.server_key)),
      listeners_(open_listeners(*config, std::move(passed))),
      pool_(config->limits.pool_threads, share_of_pool(*config)),
      context_(static_cast<int>(number_of_shards(*config))),
      shared_{context_,    config_, listeners_,
              files_,      access_, pool_,
              statistics_, logger,  server_key_ ? &*server_key_ : nullptr} {
  if (server_key_) zap_handler_.emplace(context_, access_, logger);
  add_statistics(logger);
  for (unsigned number = 0; number < number_of_shards(*config); ++number)
    shards_.emplace_back(shared_, number);
}

/// What others keep, for the `stats` op.
void Service::add_statistics(const Logger& logger) {
  statistics_.add("bytes_in_flight", [this] { return shared_.bytes_in_flight->load(); });
  statistics_.add("pool_working", [this] { return pool_.use().working; });
  statistics_.add("pool_waiting", [this] { return pool_.use().waiting; });
  statistics_.add("log_waiting", [&logger] { return logger.counts().waiting; });
  statistics_.add("log_dropped", [&logger] { return logger.counts().dropped; });
  statistics_.add("log_left_out", [&logger] { return logger.counts().left_out; });
}

bool Service::stop() {
  for (Shard& shard : shards_) shard.request_stop();
  for (Shard& shard : shards_) shard.stop();
  return pool_.end(farewell_time);
}

bool Service::adopt(const ConfigInForce& config, std::shared_ptr<const AccessRules> rules) {
  config_ = with_descriptors_for_all(config);
  shortage_ = shortage_of(*config, *config_);
  access_.replace(std::move(rules));
  files_.adopt(config->roots);
  bool have_all_adopted = true;
  for (Shard& shard : shards_)
    have_all_adopted = shard.adopt(config_, patience_with_shard) && have_all_adopted;
  return have_all_adopted;
}

bool Service::is_alive() {
  std::deque<std::uint64_t> turns;
  for (const Shard& shard : shards_) turns.push_back(shard.turns());
  const bool have_all_turned =
      turns_seen_.empty() || std::equal(turns.begin(), turns.end(), turns_seen_.begin(), std::greater<>());
  turns_seen_ = std::move(turns);
  for (Shard& shard : shards_) shard.nudge();
  return have_all_turned;
}

std::string Service::summary() const {
  std::vector<std::string> roots, addresses;
  for (const RootConfig& root : roots_) roots.push_back(fmt::format("{} as {}", quote(root.path), root.name));
  for (const Listener& listener : listeners_) {
    addresses.push_back(listener.address() + (listener.is_for_curve() ? " (CURVE)" : ""));
  }
  return fmt::format("serving {}; listening on {}", fmt::join(roots, ", "), fmt::join(addresses, ", "));
}

}  // namespace filer
