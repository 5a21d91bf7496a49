#include "daemon/config/config_printer.hpp"

#include "base/byte_size.hpp"
#include "daemon/config/choices.hpp"

#include <yaml-cpp/emitter.h>
#include <yaml-cpp/emittermanip.h>

namespace filer {
namespace {

void print_text(YAML::Emitter& yaml, const char* key, const std::string& value) {
  yaml << YAML::Key << key << YAML::Value << YAML::DoubleQuoted << value;
}

void print_size(YAML::Emitter& yaml, const char* key, std::uint64_t bytes) {
  yaml << YAML::Key << key << YAML::Value << format_byte_size(bytes);
}

void print_number(YAML::Emitter& yaml, const char* key, std::uint64_t number) {
  yaml << YAML::Key << key << YAML::Value << number;
}

void print_flag(YAML::Emitter& yaml, const char* key, bool value) {
  yaml << YAML::Key << key << YAML::Value << YAML::TrueFalseBool << value;
}

void print_word(YAML::Emitter& yaml, const char* key, std::string_view word) {
  yaml << YAML::Key << key << YAML::Value << std::string(word);
}

void print_bind(YAML::Emitter& yaml, const BindConfig& bind) {
  if (!bind.curve) {
    yaml << YAML::DoubleQuoted << bind.address;
    return;
  }
  yaml << YAML::BeginMap;
  print_text(yaml, "address", bind.address);
  print_flag(yaml, "curve", true);
  yaml << YAML::EndMap;
}

void print_list(YAML::Emitter& yaml, const char* key, const std::vector<Listed>& list) {
  yaml << YAML::Key << key << YAML::Value << YAML::Flow << YAML::BeginSeq;
  for (const Listed& listed : list) yaml << YAML::DoubleQuoted << listed.text;
  yaml << YAML::EndSeq;
}

void print_allow(YAML::Emitter& yaml, const AllowConfig& allow) {
  yaml << YAML::Key << "allow" << YAML::Value << YAML::BeginMap;
  print_list(yaml, "addresses", allow.addresses);
  print_list(yaml, "users", allow.users);
  print_list(yaml, "keys", allow.keys);
  yaml << YAML::EndMap;
}

void print_curve(YAML::Emitter& yaml, const CurveConfig& curve) {
  yaml << YAML::Key << "curve" << YAML::Value << YAML::BeginMap;
  if (!curve.server_key.empty()) print_text(yaml, "server_key", curve.server_key);
  print_text(yaml, "authorized_keys", curve.authorized_keys);
  yaml << YAML::EndMap;
}

}  // namespace

std::string print_config(const Config& config) {
  YAML::Emitter yaml;
  yaml << YAML::BeginMap;
  yaml << YAML::Key << "bind" << YAML::Value << YAML::BeginSeq;
  for (const BindConfig& bind : config.bind) print_bind(yaml, bind);
  yaml << YAML::EndSeq;
  yaml << YAML::Key << "roots" << YAML::Value << YAML::BeginMap;
  for (const RootConfig& root : config.roots) {
    yaml << YAML::Key << YAML::DoubleQuoted << root.name << YAML::Value << YAML::BeginMap;
    print_text(yaml, "path", root.path);
    print_flag(yaml, "follow_symlinks", root.follow_symlinks);
    print_flag(yaml, "hidden_files", root.hidden_files);
    if (root.allow) print_allow(yaml, *root.allow);
    yaml << YAML::EndMap;
  }
  yaml << YAML::EndMap;
  print_number(yaml, "shards", config.shards);
  yaml << YAML::Key << "limits" << YAML::Value << YAML::BeginMap;
  print_size(yaml, "request_bytes", config.limits.request_bytes);
  print_size(yaml, "content_bytes", config.limits.content_bytes);
  print_size(yaml, "chunk_bytes", config.limits.chunk_bytes);
  print_number(yaml, "list_entries", config.limits.list_entries);
  print_number(yaml, "wait_ms", config.limits.wait_ms);
  print_number(yaml, "waits_per_peer", config.limits.waits_per_peer);
  print_number(yaml, "waits", config.limits.waits);
  print_number(yaml, "pool_threads", config.limits.pool_threads);
  print_number(yaml, "deadline_ms", config.limits.deadline_ms);
  print_size(yaml, "peer_bytes_in_flight", config.limits.peer_bytes_in_flight);
  print_size(yaml, "bytes_in_flight", config.limits.bytes_in_flight);
  print_number(yaml, "peers", config.limits.peers);
  print_size(yaml, "memory_bytes", config.limits.memory_bytes);
  yaml << YAML::EndMap;
  yaml << YAML::Key << "log" << YAML::Value << YAML::BeginMap;
  print_word(yaml, "level", choice_name(log_levels, config.log.level));
  print_word(yaml, "requests", choice_name(log_requests, config.log.requests));
  print_number(yaml, "rate", config.log.rate);
  print_number(yaml, "rate_of_all", config.log.rate_of_all);
  yaml << YAML::EndMap;
  yaml << YAML::Key << "security" << YAML::Value << YAML::BeginMap;
  print_flag(yaml, "allow_plaintext", config.allow_plaintext);
  print_curve(yaml, config.curve);
  yaml << YAML::EndMap << YAML::EndMap;
  return std::string(yaml.c_str()) + '\n';
}

}  // namespace filer
