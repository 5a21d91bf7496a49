#pragma once

#include "cli/download/pipeline.hpp"
#include "cli/download/report.hpp"
#include "cli/download/transfer.hpp"

#include <memory>
#include <vector>

namespace filer {

/// Where transfers come from.
class TransferSource {
 public:
  virtual ~TransferSource() = default;

  /// Sends a request that is needed to find more of them; false: there is none now.
  virtual bool ask() = 0;

  /// The next one; nullptr: none now.
  [[nodiscard]] virtual std::unique_ptr<Transfer> next() = 0;

  /// No more will come.
  [[nodiscard]] virtual bool is_over() const = 0;
};

/// Downloads all that the source has, many files at once through one pipeline, those first that came first.
/// Failures of single files go to the report. Throws what ends them all: CommandError (unreachable,
/// interrupted; usage), saying so where what has come can be taken up another time.
void download_all(TransferSource& source, Pipeline& pipeline, DownloadReport& report);

/// The same for one file.
void download_one(std::unique_ptr<Transfer> transfer, Pipeline& pipeline, DownloadReport& report);

}  // namespace filer
