#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace filer {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece. Throws std::bad_alloc.
class Sha256 {
 public:
  Sha256();

  void update(std::string_view bytes);

  /// The digest of what came so far, as 64 lower-case hexadecimal digits; what comes next begins a new one.
  [[nodiscard]] std::string finish();

  /// The same, and what comes next continues it.
  [[nodiscard]] std::string peek() const;

 private:
  void begin();

  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

[[nodiscard]] std::string sha256_of(std::string_view bytes);

}  // namespace filer
