#include "daemon/reload/reloader.hpp"

#include "base/settings.hpp"
#include "daemon/access/access_loader.hpp"
#include "daemon/config/config_change.hpp"
#include "daemon/reload/new_roots.hpp"
#include "daemon/systemd/service_manager.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace filer {
namespace {

constexpr std::string_view next_start_fails =
    ", and the next start will fail; authorize a key before ('zmq-filerd authorize NAME PUBLIC-KEY')";

void log_verdict(const Verdict& verdict, Logger& logger) {
  if (verdict.is_applied) logger.log({LogLevel::notice, message_id::reloaded, "configuration reloaded", {}});
  for (const std::string& line : verdict.lines) {
    if (verdict.is_applied) {
      logger.log({LogLevel::warning, message_id::reloaded, "not in force yet: " + line, {}});
    } else {
      logger.log({LogLevel::error, message_id::reload_refused, "configuration not reloaded: " + line, {}});
    }
  }
}

std::string status_of(const Service& service, const Verdict& verdict) {
  if (verdict.is_applied) return service.summary();
  return fmt::format("{}; the configuration file is not in force: {}", service.summary(),
                     verdict.lines.front());
}

bool is_for_curve(const Config& config) {
  return std::any_of(config.bind.begin(), config.bind.end(),
                     [](const BindConfig& bind) { return bind.curve; });
}

/// Whether the start after this reload will be for CURVE, and read the keys where they are read now.
bool is_by_these_keys(const Config& in_force, const Config& loaded) {
  return is_for_curve(loaded) && loaded.curve.authorized_keys == in_force.curve.authorized_keys;
}

}  // namespace

Reloader::Reloader(const Options& options, Service& service, Logger& logger)
    : options_(options), service_(service), logger_(logger), status_(service.summary()) {
  if (::access(options_.config.c_str(), F_OK) == 0) options_.config_must_exist = true;
}

Verdict Reloader::reload() {
  service_manager::reloading();
  Verdict verdict = try_to_reload();
  log_verdict(verdict, logger_);
  status_ = status_of(service_, verdict);
  service_manager::ready(status_);
  return verdict;
}

Verdict Reloader::try_to_reload() try {
  Config loaded = load_config(options_);
  NewRoots new_roots = look_at_new_roots(service_.config(), loaded);
  if (!new_roots.missing.empty()) throw SettingsError(new_roots.missing);
  const bool next_start_is_by_these_keys = is_by_these_keys(service_.config(), loaded);
  ConfigChange change = change_config(service_.config(), std::move(loaded));
  std::move(new_roots.uncertain.begin(), new_roots.uncertain.end(), std::back_inserter(change.needs_restart));
  const auto next = std::make_shared<const Config>(std::move(change.config));
  const auto rules = load_access_rules(*next);
  if (is_for_curve(*next) && rules->count_of_keys() == 0) {
    logger_.log({LogLevel::warning,
                 message_id::reloaded,
                 fmt::format("no key is authorized any more: nobody gets in by CURVE{}",
                             next_start_is_by_these_keys ? next_start_fails : ""),
                 {}});
  }
  if (!service_.adopt(next, rules)) {
    change.needs_restart.emplace_back(
        "a thread of the daemon hangs, and works by the old configuration still");
  }
  if (!service_.shortage().empty()) change.needs_restart.push_back(service_.shortage());
  logger_.configure(next->log);
  return {true, std::move(change.needs_restart)};
} catch (const SettingsError& error) {
  return {false, error.problems()};
} catch (const std::exception& error) {
  return {false, {error.what()}};
}

}  // namespace filer
