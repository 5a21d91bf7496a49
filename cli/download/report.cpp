#include "cli/download/report.hpp"

#include "cli/format/name.hpp"
#include "cli/format/number.hpp"
#include "protocol/json_writer.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace filer {

void DownloadReport::add_file(std::uint64_t size) {
  ++files_;
  bytes_ += size;
}

void DownloadReport::show(const std::vector<std::unique_ptr<Transfer>>& active) {
  if (active.empty() || !progress_.is_due()) return;
  ProgressState state;
  state.name = active.front()->path();
  state.done = bytes_done_;
  for (const auto& transfer : active) state.done += transfer->done();
  state.total = is_tree_ ? bytes_ : active.front()->expected();
  if (is_tree_) state.files_done = files_done_;
  state.files = files_;
  progress_.show(state);
}

void DownloadReport::take(const Transfer& transfer) try {
  const Downloaded& downloaded = transfer.result();
  ++files_done_;
  bytes_done_ += downloaded.size;
  bytes_resumed_ += downloaded.resumed_at;
  if (console_.json()) print_json(transfer);
} catch (const CommandError& error) {
  take_failure(error);
}

void DownloadReport::take_failure(const CommandError& error) {
  progress_.clear();
  const ExitStatus status = console_.report(error);
  if (status_ == ExitStatus::done) status_ = status;
}

void DownloadReport::take_omission(std::string_view line) {
  progress_.clear();
  console_.warn(line);
}

void DownloadReport::print_summary(std::string_view name) {
  progress_.clear();
  if (!console_.shows_progress() || files_done_ == 0) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const double rate = static_cast<double>(bytes_done_ - bytes_resumed_) / seconds;
  const std::string files =
      is_tree_ ? fmt::format("{} file{}, ", files_done_, files_done_ == 1 ? "" : "s") : "";
  fmt::print(stderr, "{}: {}{} in {:.1f} s ({}/s), verified\n", name, files,
             format_human_size(static_cast<double>(bytes_done_)), seconds, format_human_size(rate));
}

void DownloadReport::print_json(const Transfer& transfer) const {
  const Downloaded& downloaded = transfer.result();
  JsonWriter json;
  json.begin_object();
  write_name(json, "path", transfer.path());
  write_name(json, "output", transfer.destination().name());
  json.key("size").number(downloaded.size).key("sha256").string(downloaded.sha256);
  json.key("etag").string(downloaded.etag).key("seconds").number(downloaded.time.count());
  json.key("resumed_at").number(downloaded.resumed_at).key("endpoint").string(downloaded.endpoint);
  json.end_object();
  console_.print(json.take());
}

}  // namespace filer
