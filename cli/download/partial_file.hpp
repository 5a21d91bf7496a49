#pragma once

#include "base/file_descriptor.hpp"
#include "cli/download/destination.hpp"
#include "cli/download/local_directory.hpp"

#include <functional>
#include <memory>

namespace filer {

/// A file that appears under its name only when it is complete, replacing in one step what is there. Until
/// then it grows under another name beside it, with a record of what it is to become, and stays there when
/// the process ends: the next one takes it up. Only one process at a time works on it.
class PartialFile : public Destination {
 public:
  /// How the directory is found, each time that it is needed: many files wait for their turn.
  using OpenDirectory = std::function<std::shared_ptr<const LocalDirectory>()>;

  /// `path` is for messages. `syncs`: a complete file is on disk before it has its name; otherwise that is
  /// left to whoever commits many.
  PartialFile(OpenDirectory open_directory, std::string name, std::string path, bool syncs);

  std::optional<Kept> find_kept() override;
  void hash_kept(ContentDigests& digests, const ByteRange& range) override;
  void begin(std::uint64_t kept) override;
  void record(const PartialRecord& record) override;
  [[nodiscard]] bool can_begin_again() const override { return true; }
  void write(std::string_view bytes) override;
  void commit(std::uint32_t mode, std::int64_t mtime) override;
  void discard() override;
  [[nodiscard]] bool is_resumable() const override;
  [[nodiscard]] const std::string& name() const override { return path_; }

 private:
  enum class IfMissing { create, leave };

  bool open(IfMissing if_missing);
  UniqueFileDescriptor open_once(IfMissing if_missing) const;
  void require_ours(const UniqueFileDescriptor& file) const;
  void lock(const UniqueFileDescriptor& file) const;
  [[nodiscard]] bool has_name(const UniqueFileDescriptor& file) const;
  [[nodiscard]] std::string read_record() const;

  OpenDirectory open_directory_;
  std::string name_;
  std::string path_;
  std::string partial_name_;
  std::string record_name_;
  bool syncs_;
  std::shared_ptr<const LocalDirectory> directory_;
  UniqueFileDescriptor file_;
  std::uint64_t written_ = 0;
  bool is_recorded_ = false;
};

/// Whether a name is one that a PartialFile uses for what is not complete.
[[nodiscard]] bool is_partial_name(std::string_view name) noexcept;

}  // namespace filer
