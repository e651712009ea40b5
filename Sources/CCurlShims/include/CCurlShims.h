#pragma once

#include <curl/curl.h>

// What Swift cannot import of libcurl: its calls with variable arguments.

/// curl_global_init with all that libcurl has. To be called once.
CURLcode coffer_curl_start(void);

/// curl_easy_setopt with a number.
CURLcode coffer_curl_set_number(CURL *handle, CURLoption option, long value);

/// curl_easy_setopt with a size or another value of 64 bits.
CURLcode coffer_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value);

/// curl_easy_setopt with a text, which libcurl copies.
CURLcode coffer_curl_set_text(CURL *handle, CURLoption option, const char *value);

/// curl_easy_setopt with an address, which must be valid as long as libcurl uses the handle.
CURLcode coffer_curl_set_pointer(CURL *handle, CURLoption option, void *value);

/// CURLOPT_HTTPHEADER or CURLOPT_PROXYHEADER. The list must live as long as libcurl uses the handle.
CURLcode coffer_curl_set_headers(CURL *handle, CURLoption option, struct curl_slist *headers);

/// CURLOPT_WRITEFUNCTION or CURLOPT_HEADERFUNCTION.
CURLcode coffer_curl_set_writer(CURL *handle, CURLoption option, curl_write_callback writer);

/// CURLOPT_XFERINFOFUNCTION.
CURLcode coffer_curl_set_progress(CURL *handle, curl_xferinfo_callback progress);

/// CURLOPT_OPENSOCKETFUNCTION.
CURLcode coffer_curl_set_opener(CURL *handle, curl_opensocket_callback opener);

/// CURLINFO_RESPONSE_CODE.
CURLcode coffer_curl_response_code(CURL *handle, long *code);

/// CURLINFO_REDIRECT_URL: where a redirection leads to, absolute, or NULL. It lives as long as the handle.
CURLcode coffer_curl_redirect_url(CURL *handle, const char **url);

/// CURL_SOCKET_BAD, a macro that Swift does not see through.
extern const curl_socket_t coffer_curl_no_socket;
