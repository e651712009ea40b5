#define _GNU_SOURCE

#include "CPostureShims.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>

#if defined(__linux__)
#include <sys/timex.h>
#endif

int coffer_posture_read_status(const char *path, bool follows_links, coffer_posture_status *status) {
#if defined(__linux__)
    struct statx found;
    if (statx(AT_FDCWD, path, follows_links ? 0 : AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &found) != 0) {
        return errno;
    }
    *status = (coffer_posture_status){
        .mode = found.stx_mode,
        .owner = found.stx_uid,
        .device_major = found.stx_dev_major,
        .device_minor = found.stx_dev_minor,
        .special_major = found.stx_rdev_major,
        .special_minor = found.stx_rdev_minor,
        .modified = found.stx_mtime.tv_sec,
        .is_encrypted = (found.stx_attributes & STATX_ATTR_ENCRYPTED) != 0,
    };
#else
    struct stat found;
    if ((follows_links ? stat(path, &found) : lstat(path, &found)) != 0) {
        return errno;
    }
    *status = (coffer_posture_status){
        .mode = found.st_mode,
        .owner = found.st_uid,
        .device_major = (uint32_t)major(found.st_dev),
        .device_minor = (uint32_t)minor(found.st_dev),
        .special_major = (uint32_t)major(found.st_rdev),
        .special_minor = (uint32_t)minor(found.st_rdev),
        .modified = found.st_mtime,
        .is_encrypted = false,
    };
#endif
    return 0;
}

int coffer_posture_core_limit(uint64_t *limit) {
    struct rlimit found;
    if (getrlimit(RLIMIT_CORE, &found) != 0) {
        return errno;
    }
    *limit = found.rlim_cur == RLIM_INFINITY ? UINT64_MAX : found.rlim_cur;
    return 0;
}

int coffer_posture_clock_is_synchronized(bool *is_synchronized) {
#if defined(__linux__)
    struct timex clock = {.modes = 0};
    if (adjtimex(&clock) == -1) {
        return errno;
    }
    *is_synchronized = (clock.status & STA_UNSYNC) == 0;
    return 0;
#else
    (void)is_synchronized;
    return ENOTSUP;
#endif
}
