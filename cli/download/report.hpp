#pragma once

#include "cli/console.hpp"
#include "cli/download/transfer.hpp"
#include "cli/exit_status.hpp"
#include "cli/progress.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace filer {

/// Tells what becomes of downloads: progress while they run, a line of JSON for each file that came where
/// those are wanted, failures as they come.
class DownloadReport {
 public:
  /// `is_tree`: of files that are found one after the other.
  DownloadReport(const Console& console, bool is_tree)
      : console_(console), progress_(console), is_tree_(is_tree) {}

  /// A file was found, of so many bytes.
  void add_file(std::uint64_t size);

  /// Draws how far it is, from time to time; `active` come at the moment.
  void show(const std::vector<std::unique_ptr<Transfer>>& active);

  /// One is over.
  void take(const Transfer& transfer);

  void take_failure(const CommandError& error);

  /// Something was left out. `line` is escaped.
  void take_omission(std::string_view line);

  /// For people who watch: what came, in how much time. `name` is escaped.
  void print_summary(std::string_view name);

  /// The first failure's.
  [[nodiscard]] ExitStatus status() const noexcept { return status_; }

 private:
  using Clock = std::chrono::steady_clock;

  void print_json(const Transfer& transfer) const;

  const Console& console_;
  Progress progress_;
  bool is_tree_;
  Clock::time_point start_ = Clock::now();
  std::uint64_t files_ = 0, bytes_ = 0;            ///< found
  std::uint64_t files_done_ = 0, bytes_done_ = 0;  ///< that came
  std::uint64_t bytes_resumed_ = 0;                ///< of them, those that were here already
  ExitStatus status_ = ExitStatus::done;
};

}  // namespace filer
