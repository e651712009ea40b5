#include "CCurlShims.h"

CURLcode coffer_curl_start(void) { return curl_global_init(CURL_GLOBAL_ALL); }

CURLcode coffer_curl_set_number(CURL *handle, CURLoption option, long value) { return curl_easy_setopt(handle, option, value); }

CURLcode coffer_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) { return curl_easy_setopt(handle, option, value); }

CURLcode coffer_curl_set_text(CURL *handle, CURLoption option, const char *value) { return curl_easy_setopt(handle, option, value); }

CURLcode coffer_curl_set_pointer(CURL *handle, CURLoption option, void *value) { return curl_easy_setopt(handle, option, value); }

CURLcode coffer_curl_set_headers(CURL *handle, CURLoption option, struct curl_slist *headers) {
    return curl_easy_setopt(handle, option, headers);
}

CURLcode coffer_curl_set_writer(CURL *handle, CURLoption option, curl_write_callback writer) {
    return curl_easy_setopt(handle, option, writer);
}

CURLcode coffer_curl_set_progress(CURL *handle, curl_xferinfo_callback progress) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
}

CURLcode coffer_curl_set_opener(CURL *handle, curl_opensocket_callback opener) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, opener);
}

CURLcode coffer_curl_response_code(CURL *handle, long *code) { return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, code); }

CURLcode coffer_curl_redirect_url(CURL *handle, const char **url) {
    char *found = NULL;
    const CURLcode result = curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &found);
    *url = found;
    return result;
}

const curl_socket_t coffer_curl_no_socket = CURL_SOCKET_BAD;
