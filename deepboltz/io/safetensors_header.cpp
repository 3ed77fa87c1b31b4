#include "deepboltz/io/safetensors_header.h"

#include <limits>
#include <set>

#include <nlohmann/json.hpp>

namespace deepboltz {
namespace {

constexpr std::size_t kMostTensors = 65'536, kMostDimensions = 8, kLongestName = 1'024;
constexpr std::string_view kMetadata = "__metadata__";

// Events of nlohmann's SAX parser. No tree is built, so that a hostile header costs no more memory than its own length.
class Handler final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Handler(std::string file, std::uint64_t position) : file_(std::move(file)), position_(position) {}

  SafetensorsHeader header;

  bool null() override { return refuse("null"); }
  bool boolean(bool) override { return refuse("true or false"); }
  bool number_integer(std::int64_t) override { return refuse("a negative number"); }
  bool number_float(double, const std::string&) override { return refuse("a number with a fraction"); }
  bool binary(binary_t&) override { return refuse("binary data"); }

  bool number_unsigned(std::uint64_t value) override {
    TensorEntry* entry = header.tensors.empty() ? nullptr : &header.tensors.back();
    if (where_ == Where::shape) {
      check(value <= std::uint64_t(std::numeric_limits<std::int64_t>::max()), "a size is beyond 2⁶³");
      check(entry->shape.size() < kMostDimensions, "more than 8 dimensions");
      entry->shape.push_back(std::int64_t(value));
    } else if (where_ == Where::offsets && offsets_ < 2) {
      (offsets_++ == 0 ? entry->begin : entry->end) = value;
    } else {
      return refuse("a number");
    }
    return true;
  }
  bool string(std::string& text) override {
    if (where_ == Where::metadata)
      header.metadata[key_] = text;
    else if (where_ == Where::tensor && key_ == "dtype")
      header.tensors.back().dtype = text;
    else
      return refuse("a text");
    return true;
  }
  bool start_object(std::size_t) override {
    if (where_ == Where::start) {
      where_ = Where::top;
    } else if (where_ == Where::top && key_ == kMetadata) {
      where_ = Where::metadata;
      keys_.clear();
    } else if (where_ == Where::top) {
      where_ = Where::tensor;
      check(header.tensors.size() < kMostTensors, "more than 65536 tensors");
      header.tensors.push_back({key_, {}, {}, 0, 0});
      keys_.clear();
      offsets_ = 0;
    } else {
      return refuse("an object");
    }
    return true;
  }
  bool key(std::string& key) override {
    check(key.size() <= kLongestName, "a name of {} bytes, the limit is {}", key.size(), kLongestName);
    auto& seen = where_ == Where::top ? names_ : keys_;
    check(seen.insert(key).second, "'{}' is there twice", printable(key));
    check(where_ != Where::top || !key.empty(), "a tensor without a name");
    check(where_ != Where::tensor || key == "dtype" || key == "shape" || key == "data_offsets",
          "unexpected '{}' in tensor '{}'", printable(key), tensor_name());
    key_ = key;
    return true;
  }
  bool end_object() override {
    if (where_ == Where::tensor)
      check(keys_.size() == 3 && offsets_ == 2, "tensor '{}' lacks its dtype, its shape or an offset", tensor_name());
    where_ = where_ == Where::top ? Where::end : Where::top;
    return true;
  }
  bool start_array(std::size_t) override {
    if (where_ != Where::tensor || key_ == "dtype") return refuse("a list");
    where_ = key_ == "shape" ? Where::shape : Where::offsets;
    return true;
  }
  bool end_array() override {
    where_ = Where::tensor;
    return true;
  }
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::json::exception&) override {
    require_at(false, file_, position_ + byte, "the header is not valid JSON");
    return false;
  }

 private:
  enum class Where { start, top, metadata, tensor, shape, offsets, end };

  template <class... Args> void check(bool fine, fmt::format_string<Args...> message, Args&&... args) const {
    require_at(fine, file_, position_, message, std::forward<Args>(args)...);
  }
  std::string tensor_name() const { return header.tensors.empty() ? "" : printable(header.tensors.back().name); }
  bool refuse(std::string_view what) const {
    check(false, "the header has {} where it does not belong (after '{}')", what, printable(key_));
    return false;
  }

  std::string file_;
  std::uint64_t position_;
  Where where_ = Where::start;
  std::string key_;
  std::set<std::string> names_, keys_;
  int offsets_ = 0;
};

}  // namespace

SafetensorsHeader parse_safetensors_header(ByteView text, const std::string& file, std::uint64_t position) {
  Handler handler(file, position);
  nlohmann::json::sax_parse(text.begin(), text.end(), &handler);
  return std::move(handler.header);
}

std::string make_safetensors_header(const SafetensorsHeader& header) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  if (!header.metadata.empty()) json[std::string(kMetadata)] = header.metadata;
  for (const TensorEntry& tensor : header.tensors)
    json[tensor.name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {tensor.begin, tensor.end}}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace deepboltz
