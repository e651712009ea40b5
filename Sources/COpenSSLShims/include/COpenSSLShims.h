#pragma once

#include <stddef.h>
#include <stdint.h>

// What Swift cannot import: system limits whose constants are macros with casts, and calls with variable arguments.
// Each returns 0, or the errno of the call that failed.

/// Raises the soft limit on locked memory to the hard one if it is below `byte_count`. Never lowers anything.
int coffer_allow_locked_memory(size_t byte_count);

/// Sets the size limit of core dumps to zero, soft and hard.
int coffer_forbid_core_dumps(void);

/// Makes the process non-dumpable, so that no other process of the same user can attach to it or read its memory.
int coffer_forbid_tracing(void);

/// EVP_PKEY_PUBLIC_KEY and EVP_PKEY_KEYPAIR, which are built of macros that Swift does not see through.
extern const int coffer_public_key_selection;
extern const int coffer_key_pair_selection;

/// Options of libssl, whose macros are casts: SSL_OP_LEGACY_SERVER_CONNECT, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION, SSL_OP_NO_TICKET.
extern const uint64_t coffer_ssl_legacy_server_connect;
extern const uint64_t coffer_ssl_unsafe_renegotiation;
extern const uint64_t coffer_ssl_no_ticket;

/// RFC 2253 text of a name, but UTF-8 where libcrypto would write `\C3\A4`.
extern const unsigned long coffer_name_text_flags;
