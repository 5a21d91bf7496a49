#include "daemon/diagnosis/path_walk.hpp"

#include "base/escape.hpp"
#include "base/file_descriptor.hpp"
#include "base/system_error.hpp"
#include "daemon/diagnosis/describe_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <deque>
#include <system_error>
#include <utility>

namespace filer {
namespace {

constexpr int most_links = 40;  // path_resolution(7)

/// The names in a path. A slash at its end asks for a directory, as "." there does.
std::deque<std::string> components_of(const std::string& path) {
  std::deque<std::string> components;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) components.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  if (path.ends_with('/')) components.emplace_back(".");
  return components;
}

struct stat status_of(FileDescriptor file) {
  struct stat status {};
  if (::fstatat(file.get(), "", &status, AT_EMPTY_PATH) != 0) throw_errno("fstatat");
  return status;
}

std::string target_of(FileDescriptor link) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlinkat(link.get(), "", target.data(), target.size());
  if (length < 0) throw_errno("readlinkat");
  target.resize(static_cast<std::size_t>(length));
  return target;
}

class Walk {
 public:
  Walk(const Root& root, const std::string& path) : root_(root), rest_(components_of(path)) {
    const std::string directory = root.real_path() + "/";
    UniqueFileDescriptor opened(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open()) throw_errno(fmt::format("open {}", quote(directory)));
    device_ = status_of(opened.borrow()).st_dev;
    places_.push_back({std::move(opened), root.real_path()});
  }

  std::vector<std::string> lines() {
    tell(places_.back().path + "/", describe_file(places_.back().file.borrow()));
    while (!rest_.empty() && step(next())) {
    }
    return std::move(lines_);
  }

 private:
  /// A file or directory on the way, and its path without links.
  struct Place {
    UniqueFileDescriptor file;
    std::string path;
  };

  std::string next() {
    std::string component = std::move(rest_.front());
    rest_.pop_front();
    return component;
  }

  void tell(const std::string& path, const std::string& text) {
    lines_.push_back(fmt::format("{}: {}", quote(path), text));
  }

  /// Each step returns whether it leads further.
  bool step(const std::string& component) {
    const Place& here = places_.back();
    if (!S_ISDIR(status_of(here.file.borrow()).st_mode)) {
      tell(here.path, "is not a directory, and the path goes on");
      return false;
    }
    if (component == ".") return true;
    if (component == "..") return step_up();
    const std::string path = here.path + "/" + component;
    if (component.front() == '.' && !root_.serves_hidden_files()) {
      tell(path, "begins with a dot, and this root serves no such names (hidden_files: false)");
      return false;
    }
    UniqueFileDescriptor file(::openat(here.file.get(), component.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!file.is_open()) {
      tell(path, std::generic_category().message(errno));
      return false;
    }
    return step_into({std::move(file), path});
  }

  bool step_up() {
    if (places_.size() == 1) {
      tell(places_.back().path + "/..", "leads out of the root");
      return false;
    }
    places_.pop_back();
    return true;
  }

  bool step_into(Place place) {
    const struct stat status = status_of(place.file.borrow());
    if (S_ISLNK(status.st_mode)) return follow(place);
    std::string text = describe_file(place.file.borrow());
    if (status.st_dev != device_) text += "; on another file system than the root";
    tell(place.path, text);
    places_.push_back(std::move(place));
    return true;
  }

  bool follow(const Place& link) {
    const std::string target = target_of(link.file.borrow());
    const std::string obstacle = obstacle_at(target);
    tell(link.path, fmt::format("symbolic link to {}{}", quote(target), obstacle));
    if (!obstacle.empty()) return false;
    const std::deque<std::string> components = components_of(target);
    rest_.insert(rest_.begin(), components.begin(), components.end());
    return true;
  }

  std::string obstacle_at(const std::string& target) {
    if (!root_.follows_symlinks()) return ", and this root follows none (follow_symlinks: false)";
    if (target.front() == '/') return ", which is absolute and so leads out of the root: make it relative";
    if (++links_ > most_links) return fmt::format(", one more than the {} that are followed", most_links);
    return {};
  }

  const Root& root_;
  std::deque<std::string> rest_;
  std::vector<Place> places_;  ///< from the root down; never empty
  dev_t device_ = 0;           ///< of the root
  int links_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> walk_path(const Root& root, const std::string& path) {
  return Walk(root, path).lines();
}

}  // namespace filer
