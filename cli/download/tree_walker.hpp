#pragma once

#include "cli/directory_pages.hpp"
#include "cli/download/downloader.hpp"
#include "cli/download/local_tree.hpp"

#include <deque>
#include <string>
#include <vector>

namespace filer {

/// Finds the files of a directory of the daemon and of all directories below it, and makes those here.
/// Symbolic links and what is neither file nor directory are left out, with a note; names that could lead
/// elsewhere are failures. Everything given must outlive it.
class TreeWalker : public TransferSource {
 public:
  TreeWalker(Pipeline& pipeline, DownloadReport& report, LocalTree& tree, std::string remote);

  bool ask() override;
  [[nodiscard]] std::unique_ptr<Transfer> next() override;
  [[nodiscard]] bool is_over() const override;

 private:
  /// A page to be asked for: of a directory, by its path below the one that is downloaded.
  struct Page {
    std::string below;
    std::optional<std::string> after;
    PageCount before;
  };
  struct File {
    std::string below;
    std::uint64_t size;
  };

  void take_page(Arrival& arrival, const Page& asked);
  void take_entry(const std::string& directory, const DirectoryEntry& entry);
  void take_directory(const std::string& below);
  void omit(const std::string& below, std::string_view what);
  [[nodiscard]] std::string remote_path(const std::string& below) const;

  Pipeline& pipeline_;
  DownloadReport& report_;
  LocalTree& tree_;
  std::string remote_;
  std::vector<Page> pages_{Page{}};  ///< the last one first: a tree is deeper than it is wide
  std::size_t pages_asked_ = 0;
  std::deque<File> files_;
};

}  // namespace filer
