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

namespace filer {
namespace {

/// The mode a file made by open(2) would get.
mode_t default_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), temporary_path_(path_ + ".XXXXXX") {
  file_ = UniqueFileDescriptor(::mkostemp(temporary_path_.data(), O_CLOEXEC));
  if (!file_.is_open()) throw_errno("create " + quote(path_));
}

OutputFile::~OutputFile() {
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
}

void OutputFile::write(std::string_view bytes) {
  write_all(file_.borrow(), bytes, quote(path_));
}

void OutputFile::commit() {
  if (::fchmod(file_.get(), default_mode()) != 0) throw_errno("chmod " + quote(path_));
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
