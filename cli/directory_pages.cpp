#include "cli/directory_pages.hpp"

#include <fmt/format.h>

#include <utility>

namespace filer {

void PageCount::take(const DirectoryPage& page, const std::optional<std::string>& after) {
  ++count_;
  if (!page.next) return;
  if (page.next == after) throw MalformedReply("a page that follows itself");
  if (page.entries.empty()) throw MalformedReply("a page without entries that others follow");
  if (count_ >= most) throw MalformedReply(fmt::format("a directory of more than {} pages", most));
}

void for_each_page(Client& client, const std::string& directory, const PageVisitor& visit) {
  ListRequest request;
  request.target.path = directory;
  PageCount count;
  while (true) {
    DirectoryPage page = client.ask(request).reply.page();
    count.take(page, request.after);
    if (!visit(page.entries) || !page.next) return;
    request.after = std::move(page.next);
  }
}

}  // namespace filer
