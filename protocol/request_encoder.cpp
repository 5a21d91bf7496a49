#include "protocol/request_encoder.hpp"

#include "protocol/json_writer.hpp"
#include "protocol/request.hpp"

namespace filer {

std::string encode_classic_request(std::string_view path) {
  JsonWriter json;
  json.begin_object().key("path").string(path).end_object();
  return json.take();
}

std::string encode_hello_request() {
  JsonWriter json;
  json.begin_object().key("op").string(HelloRequest::op).end_object();
  return json.take();
}

}  // namespace filer
