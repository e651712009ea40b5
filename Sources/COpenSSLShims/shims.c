#include "COpenSSLShims.h"

#include <errno.h>
#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/resource.h>

#if defined(__linux__)
#include <sys/prctl.h>
#elif defined(__APPLE__)
#include <sys/types.h>
#include <sys/ptrace.h>
#endif

int coffer_allow_locked_memory(size_t byte_count) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) {
        return errno;
    }
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= byte_count || limit.rlim_cur == limit.rlim_max) {
        return 0;
    }
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_MEMLOCK, &limit) == 0 ? 0 : errno;
}

int coffer_forbid_core_dumps(void) {
    const struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 ? 0 : errno;
}

int coffer_forbid_tracing(void) {
#if defined(__linux__)
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno;
#elif defined(__APPLE__)
    return ptrace(PT_DENY_ATTACH, 0, 0, 0) == 0 ? 0 : errno;
#else
    return ENOSYS;
#endif
}

const int coffer_public_key_selection = EVP_PKEY_PUBLIC_KEY;
const int coffer_key_pair_selection = EVP_PKEY_KEYPAIR;

const uint64_t coffer_ssl_legacy_server_connect = SSL_OP_LEGACY_SERVER_CONNECT;
const uint64_t coffer_ssl_unsafe_renegotiation = SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION;
const uint64_t coffer_ssl_no_ticket = SSL_OP_NO_TICKET;

const unsigned long coffer_name_text_flags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
