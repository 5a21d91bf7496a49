#include "cli/download/downloader.hpp"

#include "cli/interrupt.hpp"
#include "cli/progress.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace filer {
namespace {

using Transfers = std::vector<std::unique_ptr<Transfer>>;

/// Each may hold two descriptors.
constexpr std::size_t most_active = 256;

class OneTransfer : public TransferSource {
 public:
  explicit OneTransfer(std::unique_ptr<Transfer> transfer) : transfer_(std::move(transfer)) {}

  bool ask() override { return false; }
  std::unique_ptr<Transfer> next() override { return std::move(transfer_); }
  [[nodiscard]] bool is_over() const override { return transfer_ == nullptr; }

 private:
  std::unique_ptr<Transfer> transfer_;
};

void ask_for(Transfer& transfer, const Pipeline& pipeline) {
  while (pipeline.has_room() && !transfer.is_over() && transfer.ask()) continue;
}

/// Asks for as much as there is room for.
void fill(Transfers& active, TransferSource& source, const Pipeline& pipeline) {
  for (const auto& transfer : active) ask_for(*transfer, pipeline);
  while (pipeline.has_room() && source.ask()) continue;
  while (pipeline.has_room() && active.size() < most_active) {
    auto transfer = source.next();
    if (!transfer) return;
    ask_for(*transfer, pipeline);
    active.push_back(std::move(transfer));
  }
}

void take_those_over(Transfers& active, DownloadReport& report) {
  const auto over = std::stable_partition(active.begin(), active.end(),
                                          [](const auto& transfer) { return !transfer->is_over(); });
  std::for_each(over, active.end(), [&report](const auto& transfer) { report.take(*transfer); });
  active.erase(over, active.end());
}

/// The error that ended the downloads, with what to do about those that are half done.
CommandError with_resumption(const CommandError& error, const Transfers& active) {
  const bool is_resumable = std::any_of(active.begin(), active.end(), [](const auto& transfer) {
    return transfer->destination().is_resumable();
  });
  if (!is_resumable) return error;
  const std::string how = "run the same command again to resume";
  return {error.status, error.what(), error.hint.empty() ? how : error.hint + "; then " + how};
}

}  // namespace

void download_all(TransferSource& source, Pipeline& pipeline, DownloadReport& report) {
  Transfers active;
  try {
    while (true) {
      fill(active, source, pipeline);
      take_those_over(active, report);
      if (active.empty() && source.is_over()) return;
      assert(pipeline.pending() > 0);
      pipeline.step(Progress::interval);
      report.show(active);
      throw_if_interrupted();
    }
  } catch (const CommandError& error) {
    throw with_resumption(error, active);
  }
}

void download_one(std::unique_ptr<Transfer> transfer, Pipeline& pipeline, DownloadReport& report) {
  OneTransfer source(std::move(transfer));
  download_all(source, pipeline, report);
}

}  // namespace filer
