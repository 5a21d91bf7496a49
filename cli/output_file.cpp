#include "cli/output_file.hpp"

#include "base/escape.hpp"
#include "base/system_error.hpp"
#include "cli/interrupt.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

namespace filer {
namespace {

/// The mode a file made by open(2) would get.
mode_t default_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

/// Where the links end that a path leads through; the path itself where there is nothing yet.
std::string without_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> real(::realpath(path.c_str(), nullptr), &::free);
  return real ? real.get() : path;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

}  // namespace

OutputFile::OutputFile(const std::string& path) : path_(without_links(path)), mode_(default_mode()) {
  struct stat status {};
  const bool exists = ::stat(path_.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    file_ = UniqueFileDescriptor(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!file_.is_open()) throw_errno("open " + quote(path_));
    return;
  }
  if (exists) mode_ = status.st_mode & 0777;  // as a write would: new content is not set-user-ID
  // Short, so that it fits beside a name of any length.
  temporary_path_ = directory_of(path_) + ".zmq-filer.XXXXXX";
  file_ = UniqueFileDescriptor(::mkostemp(temporary_path_.data(), O_CLOEXEC));
  if (!file_.is_open()) {
    temporary_path_.clear();
    throw_errno("create " + quote(path_));
  }
}

OutputFile::~OutputFile() {
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
}

void OutputFile::write(std::string_view bytes) {
  write_all(file_.borrow(), bytes, quote(path_));
}

void OutputFile::commit() {
  if (temporary_path_.empty()) return;
  if (::fchmod(file_.get(), mode_) != 0) throw_errno("chmod " + quote(path_));
  if (::fsync(file_.get()) != 0) throw_errno("write " + quote(path_));
  if (::rename(temporary_path_.c_str(), path_.c_str()) != 0) throw_errno("replace " + quote(path_));
  temporary_path_.clear();
}

void write_all(FileDescriptor file, std::string_view bytes, const std::string& what) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) throw_errno("write " + what);
    throw_if_interrupted();
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace filer
