#pragma once

#include "cli/client.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace filer {

/// The pages of one directory so far. Whoever sends them may never come to an end.
class PageCount {
 public:
  /// At the usual size of pages, more entries than file systems hold.
  static constexpr std::uint64_t most = 1000000;

  /// Counts the page that came for the cursor `after`. Throws MalformedReply where it leads on, and no
  /// listing goes on like that: to itself, without entries, or after so many.
  void take(const DirectoryPage& page, const std::optional<std::string>& after);

 private:
  std::uint64_t count_ = 0;
};

/// Takes the entries of one page; gives whether another one is wanted.
using PageVisitor = std::function<bool(std::vector<DirectoryEntry>& entries)>;

/// Asks for the pages of a directory, in its own order, one at a time. Throws as Client::ask() does.
void for_each_page(Client& client, const std::string& directory, const PageVisitor& visit);

}  // namespace filer
