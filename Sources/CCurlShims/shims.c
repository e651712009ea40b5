// The functions are taken by their plain names.
#define CURL_DISABLE_TYPECHECK
#include "CCurlShims.h"

#include <dlfcn.h>
#include <stdbool.h>

#define FUNCTIONS(each)        \
    each(curl_global_init)     \
    each(curl_easy_init)       \
    each(curl_easy_cleanup)    \
    each(curl_easy_perform)    \
    each(curl_easy_strerror)   \
    each(curl_easy_setopt)     \
    each(curl_easy_getinfo)    \
    each(curl_slist_append)    \
    each(curl_slist_free_all)  \
    each(curl_url)             \
    each(curl_url_cleanup)     \
    each(curl_url_set)         \
    each(curl_url_get)         \
    each(curl_free)

#define POINTER(name) __typeof__(&name) name;
static struct {
    FUNCTIONS(POINTER)
} library;

// The version of libcurl's interface has been 4 since 2006, for each build of it.
#if defined(__APPLE__)
static const char *const file = "/usr/lib/libcurl.4.dylib";
#else
static const char *const file = "libcurl.so.4";
#endif

static bool load(void) {
    void *const opened = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (opened == NULL) {
        return false;
    }
#define FIND(name) \
    if ((*(void **)&library.name = dlsym(opened, #name)) == NULL) return false;
    FUNCTIONS(FIND)
    return true;
}

CURLcode coffer_curl_start(void) { return load() ? library.curl_global_init(CURL_GLOBAL_ALL) : CURLE_FAILED_INIT; }

CURL *coffer_curl_easy_init(void) { return library.curl_easy_init(); }

void coffer_curl_easy_cleanup(CURL *handle) { library.curl_easy_cleanup(handle); }

CURLcode coffer_curl_easy_perform(CURL *handle) { return library.curl_easy_perform(handle); }

const char *coffer_curl_easy_strerror(CURLcode code) { return library.curl_easy_strerror(code); }

struct curl_slist *coffer_curl_slist_append(struct curl_slist *list, const char *line) { return library.curl_slist_append(list, line); }

void coffer_curl_slist_free_all(struct curl_slist *list) { library.curl_slist_free_all(list); }

CURLU *coffer_curl_url(void) { return library.curl_url(); }

void coffer_curl_url_cleanup(CURLU *url) { library.curl_url_cleanup(url); }

CURLUcode coffer_curl_url_set(CURLU *url, CURLUPart part, const char *content, unsigned int flags) {
    return library.curl_url_set(url, part, content, flags);
}

CURLUcode coffer_curl_url_get(CURLU *url, CURLUPart part, char **content, unsigned int flags) {
    return library.curl_url_get(url, part, content, flags);
}

void coffer_curl_free(void *pointer) { library.curl_free(pointer); }

CURLcode coffer_curl_set_number(CURL *handle, CURLoption option, long value) { return library.curl_easy_setopt(handle, option, value); }

CURLcode coffer_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) { return library.curl_easy_setopt(handle, option, value); }

CURLcode coffer_curl_set_text(CURL *handle, CURLoption option, const char *value) { return library.curl_easy_setopt(handle, option, value); }

CURLcode coffer_curl_set_pointer(CURL *handle, CURLoption option, void *value) { return library.curl_easy_setopt(handle, option, value); }

CURLcode coffer_curl_set_headers(CURL *handle, CURLoption option, struct curl_slist *headers) {
    return library.curl_easy_setopt(handle, option, headers);
}

CURLcode coffer_curl_set_writer(CURL *handle, CURLoption option, curl_write_callback writer) {
    return library.curl_easy_setopt(handle, option, writer);
}

CURLcode coffer_curl_set_progress(CURL *handle, curl_xferinfo_callback progress) {
    return library.curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, progress);
}

CURLcode coffer_curl_set_opener(CURL *handle, curl_opensocket_callback opener) {
    return library.curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, opener);
}

CURLcode coffer_curl_response_code(CURL *handle, long *code) { return library.curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, code); }

CURLcode coffer_curl_redirect_url(CURL *handle, const char **url) {
    char *found = NULL;
    const CURLcode result = library.curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &found);
    *url = found;
    return result;
}

const curl_socket_t coffer_curl_no_socket = CURL_SOCKET_BAD;
