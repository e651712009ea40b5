#define _GNU_SOURCE

#include "CIntegrityShims.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

/// Tries again after a signal, and makes of -1 the negated errno.
#define UNINTERRUPTED(type, call)                     \
    ({                                                \
        type result_;                                 \
        do {                                          \
            result_ = (call);                         \
        } while (result_ < 0 && errno == EINTR);      \
        result_ < 0 ? (type)-errno : result_;         \
    })

int coffer_open_root(const char *path) {
    return UNINTERRUPTED(int, open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/// Only the owner and root may leave the access time as it is; everybody else is told EPERM.
static int open_quietly(int folder, const char *name, int flags) {
    const int descriptor = UNINTERRUPTED(int, openat(folder, name, flags | O_NOATIME));
    return descriptor == -EPERM ? UNINTERRUPTED(int, openat(folder, name, flags)) : descriptor;
}

int coffer_open_folder(int folder, const char *name) {
    return open_quietly(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int coffer_open_file(int folder, const char *name) {
    return open_quietly(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void coffer_close(int descriptor) {
    // What was only read has nothing to lose, and on Linux the descriptor is gone whatever close says.
    close(descriptor);
}

static void fill(struct coffer_entry_status *status, const struct stat *from) {
    status->device = from->st_dev;
    status->inode = from->st_ino;
    status->device_number = from->st_rdev;
    status->byte_count = (uint64_t)from->st_size;
    status->allocated_byte_count = (uint64_t)from->st_blocks * 512;
    status->modified_seconds = from->st_mtim.tv_sec;
    status->changed_seconds = from->st_ctim.tv_sec;
    status->modified_nanoseconds = (uint32_t)from->st_mtim.tv_nsec;
    status->changed_nanoseconds = (uint32_t)from->st_ctim.tv_nsec;
    status->mode = from->st_mode;
    status->user = from->st_uid;
    status->group = from->st_gid;
    status->link_count = from->st_nlink > UINT32_MAX ? UINT32_MAX : (uint32_t)from->st_nlink;
}

int coffer_status(int descriptor, struct coffer_entry_status *status) {
    struct stat found;
#if defined(__x86_64__) || defined(__aarch64__)
    // glibc makes a newfstatat with an empty path of fstat, which is slower; the structure is the same one on these machines.
    const int result = syscall(SYS_fstat, descriptor, &found) == 0 ? 0 : -errno;
#else
    const int result = fstat(descriptor, &found) == 0 ? 0 : -errno;
#endif
    if (result == 0) fill(status, &found);
    return result;
}

int coffer_status_at(int folder, const char *name, struct coffer_entry_status *status) {
    struct stat found;
    const int result = fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0 ? 0 : -errno;
    if (result == 0) fill(status, &found);
    return result;
}

ssize_t coffer_read_folder(int folder, void *buffer, size_t byte_count) {
    return UNINTERRUPTED(ssize_t, syscall(SYS_getdents64, folder, buffer, byte_count));
}

ssize_t coffer_read(int descriptor, void *buffer, size_t byte_count, off_t position) {
    return UNINTERRUPTED(ssize_t, pread(descriptor, buffer, byte_count, position));
}

ssize_t coffer_read_link(int folder, const char *name, void *buffer, size_t byte_count) {
    return UNINTERRUPTED(ssize_t, readlinkat(folder, name, buffer, byte_count));
}

off_t coffer_next_extent(int descriptor, off_t position, int hole) {
    return UNINTERRUPTED(off_t, lseek(descriptor, position, hole ? SEEK_HOLE : SEEK_DATA));
}

ssize_t coffer_list_attributes(int descriptor, void *buffer, size_t byte_count) {
    return UNINTERRUPTED(ssize_t, flistxattr(descriptor, buffer, byte_count));
}

ssize_t coffer_attribute(int descriptor, const char *attribute, void *buffer, size_t byte_count) {
    return UNINTERRUPTED(ssize_t, fgetxattr(descriptor, attribute, buffer, byte_count));
}

// The calls for attributes have no variant with a folder (before Linux 6.13). A thread with a working folder of its own goes into the
// folder; any other takes the detour over the system's own link to the open folder, which costs three times as much.

static _Thread_local bool owns_working_folder = false;

int coffer_own_working_folder(void) {
    if (unshare(CLONE_FS) != 0) return -errno;
    owns_working_folder = true;
    return 0;
}

static int path_in_folder(char path[PATH_MAX], int folder, const char *name) {
    int length;
    if (owns_working_folder && fchdir(folder) == 0) {
        length = (int)strnlen(name, PATH_MAX);
        if (length < PATH_MAX) memcpy(path, name, (size_t)length + 1);
    } else {
        length = snprintf(path, PATH_MAX, "/proc/self/fd/%d/%s", folder, name);
    }
    return length > 0 && length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

ssize_t coffer_list_attributes_at(int folder, const char *name, void *buffer, size_t byte_count) {
    char path[PATH_MAX];
    const int result = path_in_folder(path, folder, name);
    return result < 0 ? result : UNINTERRUPTED(ssize_t, llistxattr(path, buffer, byte_count));
}

ssize_t coffer_attribute_at(int folder, const char *name, const char *attribute, void *buffer, size_t byte_count) {
    char path[PATH_MAX];
    const int result = path_in_folder(path, folder, name);
    return result < 0 ? result : UNINTERRUPTED(ssize_t, lgetxattr(path, attribute, buffer, byte_count));
}

int coffer_scratch_file(const char *folder) {
    const int descriptor = UNINTERRUPTED(int, open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    // What kernels and file systems say that do not know the flag.
    if (descriptor >= 0 || (descriptor != -EOPNOTSUPP && descriptor != -EISDIR && descriptor != -EINVAL)) {
        return descriptor;
    }
    char path[PATH_MAX];
    const int length = snprintf(path, sizeof path, "%s/.coffer-XXXXXX", folder);
    if (length < 0 || length >= (int)sizeof path) {
        return -ENAMETOOLONG;
    }
    const int named = UNINTERRUPTED(int, mkostemp(path, O_CLOEXEC));
    if (named >= 0 && unlink(path) != 0) {
        const int reason = errno;
        close(named);
        return -reason;
    }
    return named;
}

ssize_t coffer_write(int descriptor, const void *buffer, size_t byte_count, off_t position) {
    return UNINTERRUPTED(ssize_t, pwrite(descriptor, buffer, byte_count, position));
}

static uint64_t clock_time(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) return 0;
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t coffer_processor_time(void) { return clock_time(CLOCK_PROCESS_CPUTIME_ID); }

uint64_t coffer_monotonic_time(void) { return clock_time(CLOCK_MONOTONIC); }

uint64_t coffer_wall_time(void) { return clock_time(CLOCK_REALTIME); }

uint64_t coffer_peak_memory(void) {
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}
