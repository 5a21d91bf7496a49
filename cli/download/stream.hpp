#pragma once

#include "base/file_descriptor.hpp"
#include "cli/download/destination.hpp"

namespace filer {

/// Standard output, a FIFO or a device: what is written is gone.
class Stream : public Destination {
 public:
  /// `file` must stay open.
  Stream(FileDescriptor file, std::string name) : file_(file), name_(std::move(name)) {}

  std::optional<Kept> find_kept() override { return std::nullopt; }
  void hash_kept(ContentDigests&, const ByteRange&) override {}
  void begin(std::uint64_t) override {}
  void record(const PartialRecord&) override {}
  [[nodiscard]] bool can_begin_again() const override { return !is_written_; }
  void write(std::string_view bytes) override;
  void commit(std::uint32_t, std::int64_t) override {}
  void discard() override {}
  [[nodiscard]] bool is_resumable() const override { return false; }
  [[nodiscard]] const std::string& name() const override { return name_; }

 private:
  FileDescriptor file_;
  std::string name_;
  bool is_written_ = false;
};

}  // namespace filer
