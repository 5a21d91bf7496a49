#include "cli/download/partial_file.hpp"

#include "base/escape.hpp"
#include "base/sha256.hpp"
#include "base/system_error.hpp"
#include "cli/exit_status.hpp"
#include "cli/interrupt.hpp"
#include "cli/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace filer {
namespace {

constexpr std::string_view prefix = ".zmq-filer.";
constexpr std::string_view partial_suffix = ".part";
constexpr std::string_view record_suffix = ".json";
constexpr std::string_view fresh_record_suffix = ".json.new";  ///< not all written yet

/// Nobody else reads what is not complete.
constexpr mode_t private_mode = 0600;

/// Short, so that it fits beside a name of any length.
std::string name_beside(const std::string& name, std::string_view suffix) {
  constexpr std::size_t digits = 16;
  return fmt::format("{}{}{}", prefix, sha256_of(name).substr(0, digits), suffix);
}

/// A lock of the whole file that tells the process that holds it, which flock(2) does not.
struct flock whole_file_lock() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string holder_of(const UniqueFileDescriptor& file) {
  struct flock lock = whole_file_lock();
  const bool is_known = ::fcntl(file.get(), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0;
  return is_known ? fmt::format("process {}", lock.l_pid) : "another download";
}

/// Unix time in ms, as the kernel takes it.
timespec time_of(std::int64_t milliseconds) {
  constexpr std::int64_t per_second = 1000;
  constexpr std::int64_t nanoseconds_per = 1000000;
  const std::int64_t rest = ((milliseconds % per_second) + per_second) % per_second;
  return {(milliseconds - rest) / per_second, rest * nanoseconds_per};
}

}  // namespace

PartialFile::PartialFile(OpenDirectory open_directory, std::string name, std::string path, bool syncs)
    : open_directory_(std::move(open_directory)),
      name_(std::move(name)),
      path_(std::move(path)),
      partial_name_(name_beside(name_, partial_suffix)),
      record_name_(name_beside(name_, record_suffix)),
      syncs_(syncs) {}

std::optional<Destination::Kept> PartialFile::find_kept() {
  if (!open(IfMissing::leave)) {
    directory_.reset();
    return std::nullopt;
  }
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) throw_errno("stat " + quote(path_));
  const auto record = decode_record(read_record());
  if (!record || status.st_size == 0) return std::nullopt;
  return Kept{*record, static_cast<std::uint64_t>(status.st_size)};
}

void PartialFile::hash_kept(ContentDigests& digests, const ByteRange& range) {
  constexpr std::uint64_t step = 1 << 20;
  std::string block;
  for (std::uint64_t at = range.offset; at < range.end(); at += block.size()) {
    throw_if_interrupted();
    block.resize(std::min(step, range.end() - at));
    const ssize_t count = ::pread(file_.get(), block.data(), block.size(), static_cast<off_t>(at));
    if (count < 0 && errno != EINTR) throw_errno("read " + quote(path_));
    if (count == 0) throw CommandError(ExitStatus::failed, quote(path_) + ": something else truncated it");
    block.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    digests.update(block);
  }
}

void PartialFile::begin(std::uint64_t kept) {
  if (!file_.is_open()) open(IfMissing::create);
  const auto end = static_cast<off_t>(kept);
  if (::ftruncate(file_.get(), end) != 0 || ::lseek(file_.get(), end, SEEK_SET) != end) {
    throw_errno("write " + quote(path_));
  }
  written_ = kept;
}

/// In one step: a record that is cut short would be none.
void PartialFile::record(const PartialRecord& record) {
  const std::string fresh = name_beside(name_, fresh_record_suffix);
  const int directory = directory_->descriptor().get();
  ::unlinkat(directory, fresh.c_str(), 0);  // of a process that was killed just here
  const UniqueFileDescriptor file(
      ::openat(directory, fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, private_mode));
  if (!file.is_open()) throw_errno("create " + quote(directory_->path_of(fresh)));
  write_all(file.borrow(), encode_record(record), quote(directory_->path_of(fresh)));
  if (::renameat(directory, fresh.c_str(), directory, record_name_.c_str()) != 0) {
    throw_errno("replace " + quote(directory_->path_of(record_name_)));
  }
  is_recorded_ = true;
}

void PartialFile::write(std::string_view bytes) {
  write_all(file_.borrow(), bytes, quote(path_));
  written_ += bytes.size();
}

void PartialFile::commit(std::uint32_t mode, std::int64_t mtime) {
  constexpr std::uint32_t permissions = 0777;  // what comes from elsewhere is not set-user-ID
  const timespec times[] = {{0, UTIME_OMIT}, time_of(mtime)};
  if (::fchmod(file_.get(), mode & permissions) != 0) throw_errno("chmod " + quote(path_));
  if (::futimens(file_.get(), times) != 0) throw_errno("set the time of " + quote(path_));
  if (syncs_ && ::fsync(file_.get()) != 0) throw_errno("write " + quote(path_));
  const int directory = directory_->descriptor().get();
  if (::renameat(directory, partial_name_.c_str(), directory, name_.c_str()) != 0) {
    throw_errno("replace " + quote(path_));
  }
  ::unlinkat(directory, record_name_.c_str(), 0);
  if (syncs_) directory_->sync();
  file_ = UniqueFileDescriptor();
  directory_.reset();
}

void PartialFile::discard() {
  if (!file_.is_open()) return;
  ::unlinkat(directory_->descriptor().get(), partial_name_.c_str(), 0);
  ::unlinkat(directory_->descriptor().get(), record_name_.c_str(), 0);
  file_ = UniqueFileDescriptor();
  directory_.reset();
}

bool PartialFile::is_resumable() const {
  return is_recorded_ && written_ > 0 && file_.is_open();
}

/// Opens and locks what is there under the partial name; false where nothing is, and is not to be made.
bool PartialFile::open(IfMissing if_missing) {
  directory_ = open_directory_();
  while (true) {
    UniqueFileDescriptor file = open_once(if_missing);
    if (!file.is_open()) {
      if (if_missing == IfMissing::leave) return false;
      continue;
    }
    lock(file);
    // Between the two, whoever had it may have finished: this would be the complete file then.
    if (!has_name(file)) continue;
    file_ = std::move(file);
    return true;
  }
}

/// Not open: it went away, or is not to be made.
UniqueFileDescriptor PartialFile::open_once(IfMissing if_missing) const {
  constexpr int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const int directory = directory_->descriptor().get();
  if (if_missing == IfMissing::create) {
    UniqueFileDescriptor made(
        ::openat(directory, partial_name_.c_str(), flags | O_CREAT | O_EXCL, private_mode));
    if (made.is_open()) return made;
    if (errno != EEXIST) throw_errno("create " + quote(path_));
  }
  UniqueFileDescriptor file(::openat(directory, partial_name_.c_str(), flags));
  if (file.is_open()) {
    require_ours(file);
  } else if (errno != ENOENT) {
    throw_errno("open " + quote(directory_->path_of(partial_name_)));
  }
  return file;
}

/// In a directory that others may write to, anything can lie there.
void PartialFile::require_ours(const UniqueFileDescriptor& file) const {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno("stat " + quote(path_));
  if (S_ISREG(status.st_mode) && status.st_uid == ::geteuid() && status.st_nlink <= 1) return;
  throw CommandError(ExitStatus::failed,
                     fmt::format("{}: what lies at {} is not a partial download of yours", quote(path_),
                                 quote(directory_->path_of(partial_name_))),
                     "remove it, or download to another place");
}

void PartialFile::lock(const UniqueFileDescriptor& file) const {
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw_errno("lock " + quote(path_));
    throw CommandError(ExitStatus::failed,
                       fmt::format("{} is being downloaded by {}", quote(path_), holder_of(file)),
                       "wait until that is done, or end it");
  }
  struct flock tells_holder = whole_file_lock();
  (void)::fcntl(file.get(), F_SETLK, &tells_holder);
}

bool PartialFile::has_name(const UniqueFileDescriptor& file) const {
  struct stat named {
  }, opened{};
  return ::fstat(file.get(), &opened) == 0 &&
         ::fstatat(directory_->descriptor().get(), partial_name_.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

std::string PartialFile::read_record() const {
  constexpr std::size_t most_record_bytes = 64 << 10;
  const UniqueFileDescriptor file(::openat(directory_->descriptor().get(), record_name_.c_str(),
                                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  std::string text(most_record_bytes, '\0');
  const ssize_t count = file.is_open() ? ::read(file.get(), text.data(), text.size()) : 0;
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return text;
}

bool is_partial_name(std::string_view name) noexcept {
  return name.starts_with(prefix) && (name.ends_with(partial_suffix) || name.ends_with(record_suffix) ||
                                      name.ends_with(fresh_record_suffix));
}

}  // namespace filer
