#include "cli/directory_pages.hpp"

#include <utility>

namespace filer {

void for_each_page(Client& client, const std::string& directory, const PageVisitor& visit) {
  ListRequest request;
  request.target.path = directory;
  while (true) {
    DirectoryPage page = client.ask(request).reply.page();
    if (!visit(page.entries) || !page.next) return;
    request.after = std::move(page.next);
  }
}

}  // namespace filer
