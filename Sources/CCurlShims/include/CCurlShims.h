#pragma once

#include <curl/curl.h>

// libcurl, loaded when it is first needed: it brings thirty other libraries along, which would cost every command four milliseconds
// and four MiB, and most commands fetch nothing. Each function here is libcurl's of the same name, but those with variable arguments,
// which Swift cannot import, have one form for each type. None may be called before coffer_curl_start has succeeded.

/// Loads libcurl, and calls curl_global_init with all that it has. To be called once.
/// Returns CURLE_FAILED_INIT if the library is not there, or lacks a function.
CURLcode coffer_curl_start(void);

CURL *coffer_curl_easy_init(void);
void coffer_curl_easy_cleanup(CURL *handle);
CURLcode coffer_curl_easy_perform(CURL *handle);
const char *coffer_curl_easy_strerror(CURLcode code);
struct curl_slist *coffer_curl_slist_append(struct curl_slist *list, const char *line);
void coffer_curl_slist_free_all(struct curl_slist *list);
CURLU *coffer_curl_url(void);
void coffer_curl_url_cleanup(CURLU *url);
CURLUcode coffer_curl_url_set(CURLU *url, CURLUPart part, const char *content, unsigned int flags);
CURLUcode coffer_curl_url_get(CURLU *url, CURLUPart part, char **content, unsigned int flags);
void coffer_curl_free(void *pointer);

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
