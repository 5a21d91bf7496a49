#include "base/byte_size.hpp"
#include "base/escape.hpp"
#include "cli/commands/commands.hpp"
#include "cli/format/time.hpp"
#include "protocol/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace filer {
namespace {

struct Information {
  std::string endpoint;
  Hello hello;
  ReplyStamp stamp;
};

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

std::string as_json(const Information& information) {
  const Hello& hello = information.hello;
  JsonWriter json;
  json.begin_object().key("endpoint").string(information.endpoint).key("version").string(hello.version);
  write_texts(json, "ops", hello.ops);
  write_texts(json, "roots", hello.roots);
  json.key("limits").begin_object();
  for (const NamedNumber& limit : hello.limits) json.key(limit.name).number(limit.value);
  json.end_object().key("peer").string(hello.peer);
  json.key("timestamp").number(information.stamp.timestamp).key("pid").number(information.stamp.pid);
  return json.end_object().take();
}

std::string listed(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + escape(text);
  return list;
}

std::string value_of(const NamedNumber& limit) {
  const bool is_size = limit.name.ends_with("bytes");
  return is_size ? format_byte_size(limit.value) : fmt::format("{}", limit.value);
}

std::string as_text(const Information& information) {
  const Hello& hello = information.hello;
  std::string text = fmt::format(
      "endpoint  {}\nversion   {}\npid       {}\ntime      {}\nops       {}\nroots     {}\n"
      "peer      {}\n",
      information.endpoint, escape(hello.version), information.stamp.pid,
      format_local_time(information.stamp.timestamp), listed(hello.ops), listed(hello.roots),
      escape(hello.peer));
  std::size_t width = 0;
  for (const NamedNumber& limit : hello.limits) width = std::max(width, limit.name.size());
  const char* label = "limits";
  for (const NamedNumber& limit : hello.limits) {
    fmt::format_to(std::back_inserter(text), "{:8}  {:{}}  {}\n", label, escape(limit.name), width,
                   value_of(limit));
    label = "";
  }
  return text;
}

}  // namespace

ExitStatus run_command(const InfoOptions&, Client& client, const Console& console) {
  const Answer answer = client.ask(HelloRequest{});
  const Information information{client.endpoint(), answer.reply.hello(), answer.reply.stamp()};
  console.write(console.json() ? as_json(information) + '\n' : as_text(information));
  return ExitStatus::done;
}

}  // namespace filer
