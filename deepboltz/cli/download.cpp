#include "deepboltz/cli/download.h"

#include <memory>
#include <new>

#include <curl/curl.h>

namespace deepboltz {
namespace {

struct Received {
  Bytes bytes;
  std::uint64_t limit;
};

// libcurl's callback: fewer bytes taken than came ends the transfer.
std::size_t receive(char* data, std::size_t size, std::size_t count, void* target) {
  auto& received = *static_cast<Received*>(target);
  const std::size_t came = size * count;
  if (came > received.limit - received.bytes.size()) return 0;
  append(received.bytes, as_bytes({data, came}));
  return came;
}

}  // namespace

Bytes fetch_https(const std::string& url, std::uint64_t limit) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(started == CURLE_OK ? curl_easy_init() : nullptr,
                                                    curl_easy_cleanup);
  if (curl == nullptr) throw std::bad_alloc();
  Received received{{}, limit};
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl.get(), CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 20L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1000L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, 30L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limit));
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &received);
  const CURLcode result = curl_easy_perform(curl.get());
  if (result == CURLE_WRITE_ERROR || result == CURLE_FILESIZE_EXCEEDED)
    throw FileError(fmt::format("{}: more than the {} bytes expected", printable(url, 1024), limit));
  if (result != CURLE_OK)
    throw FileError(
        fmt::format("{}: cannot download: {}; without a network, set DEEPBOLTZ_DATA to a folder that has the file",
                    printable(url, 1024), printable(reason[0] != 0 ? reason : curl_easy_strerror(result), 300)));
  return std::move(received.bytes);
}

}  // namespace deepboltz
