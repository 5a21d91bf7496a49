#include "base/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <new>

namespace filer {
namespace {

std::string finish_digest(evp_md_ctx_st* context) {
  std::array<unsigned char, 32> digest{};
  if (::EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1) throw std::bad_alloc();
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace

Sha256::Sha256() : context_(::EVP_MD_CTX_new(), ::EVP_MD_CTX_free) {
  if (!context_) throw std::bad_alloc();
  begin();
}

void Sha256::begin() {
  // The only way these calls fail is for lack of memory.
  if (::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

void Sha256::update(std::string_view bytes) {
  if (::EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
}

std::string Sha256::finish() {
  std::string digest = finish_digest(context_.get());
  begin();
  return digest;
}

std::string Sha256::peek() const {
  const std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> copy(::EVP_MD_CTX_new(), ::EVP_MD_CTX_free);
  if (!copy || ::EVP_MD_CTX_copy_ex(copy.get(), context_.get()) != 1) throw std::bad_alloc();
  return finish_digest(copy.get());
}

std::string sha256_of(std::string_view bytes) {
  Sha256 digest;
  digest.update(bytes);
  return digest.finish();
}

}  // namespace filer
