#pragma once

#include "cli/client.hpp"

#include <functional>
#include <string>
#include <vector>

namespace filer {

/// Takes the entries of one page; gives whether another one is wanted.
using PageVisitor = std::function<bool(std::vector<DirectoryEntry>& entries)>;

/// Asks for the pages of a directory, in its own order, one at a time. Throws as Client::ask() does.
void for_each_page(Client& client, const std::string& directory, const PageVisitor& visit);

}  // namespace filer
