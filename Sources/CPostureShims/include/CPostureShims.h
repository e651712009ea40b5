#pragma once

#include <stdbool.h>
#include <stdint.h>

// What Swift cannot import: calls that the C library declares as extensions only, and macros with casts. Each returns 0, or the errno of
// the call that failed.

/// What the kernel says of a file.
typedef struct {
    /// Kind and permissions, as stat(2) has them.
    uint32_t mode;
    uint32_t owner;
    /// The device that the file lies on.
    uint32_t device_major;
    uint32_t device_minor;
    /// The device that the file is, if it is one.
    uint32_t special_major;
    uint32_t special_minor;
    /// Seconds since 1970.
    int64_t modified;
    /// The file system encrypts it (fscrypt). False also where nobody says so.
    bool is_encrypted;
} coffer_posture_status;

int coffer_posture_read_status(const char *path, bool follows_links, coffer_posture_status *status);

/// The size that core dumps of this process may have, in bytes; UINT64_MAX without a limit.
int coffer_posture_core_limit(uint64_t *limit);

/// Whether something keeps the kernel's clock right (STA_UNSYNC of adjtimex(2)).
int coffer_posture_clock_is_synchronized(bool *is_synchronized);
