#include "daemon/reload/reloader.hpp"

#include "base/settings.hpp"
#include "daemon/access/access_loader.hpp"
#include "daemon/config/config_change.hpp"
#include "daemon/systemd/service_manager.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <memory>
#include <utility>

namespace filer {
namespace {

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
  ConfigChange change = change_config(service_.config(), load_config(options_));
  const auto next = std::make_shared<const Config>(std::move(change.config));
  if (!service_.adopt(next, load_access_rules(*next))) {
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
