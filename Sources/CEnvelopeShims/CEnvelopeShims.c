#define _GNU_SOURCE

#include "CEnvelopeShims.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <unistd.h>

static int open_pipe(int ends[2]) {
#if defined(__linux__)
    return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
#else
    if (pipe(ends) != 0) {
        return errno;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

int coffer_pipe(int ends[2]) {
    int result = open_pipe(ends);
    // A process may be started with its standard descriptors closed; then a pipe could get their numbers.
    for (int index = 0; index < 2 && result == 0; index++) {
        if (ends[index] > STDERR_FILENO) {
            continue;
        }
        const int moved = fcntl(ends[index], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (moved < 0) {
            result = errno;
            close(ends[0]);
            close(ends[1]);
        } else {
            close(ends[index]);
            ends[index] = moved;
        }
    }
    return result;
}

int coffer_start_writeback(int descriptor, off_t position, off_t byte_count) {
#if defined(__linux__)
    return sync_file_range(descriptor, position, byte_count, SYNC_FILE_RANGE_WRITE) == 0 ? 0 : errno;
#else
    return ENOSYS;
#endif
}

int coffer_move(int folder, const char *name, int other_folder, const char *other_name) {
#if defined(__APPLE__)
    return renameatx_np(folder, name, other_folder, other_name, RENAME_EXCL) == 0 ? 0 : errno;
#else
#if defined(__GLIBC__)
    if (renameat2(folder, name, other_folder, other_name, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    // EINVAL is what file systems say that do not know the flag.
    if (errno != EINVAL && errno != ENOSYS) {
        return errno;
    }
#endif
    // Both names for a moment, so that a crash loses neither.
    if (linkat(folder, name, other_folder, other_name, 0) != 0) {
        return errno;
    }
    return unlinkat(folder, name, 0) == 0 ? 0 : errno;
#endif
}

static int set_attributes(posix_spawnattr_t *attributes) {
    short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#if defined(__APPLE__)
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int result = posix_spawnattr_setflags(attributes, flags);
    if (result == 0) result = posix_spawnattr_setpgroup(attributes, 0);
    if (result == 0) result = posix_spawnattr_setsigmask(attributes, &none);
    if (result == 0) result = posix_spawnattr_setsigdefault(attributes, &all);
    return result;
}

static int add_actions(posix_spawn_file_actions_t *actions, const int standard[3]) {
    int result = posix_spawn_file_actions_addchdir_np(actions, "/");
    for (int number = 0; number < 3 && result == 0; number++) {
        result = posix_spawn_file_actions_adddup2(actions, standard[number], number);
    }
#if defined(__GLIBC__)
    // Whatever in this process is open without O_CLOEXEC.
    if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
#endif
    return result;
}

int coffer_start_program(const char *path, char *const arguments[], char *const environment[], const int standard[3], pid_t *process) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0) {
        return result;
    }
    result = posix_spawnattr_init(&attributes);
    if (result == 0) {
        result = add_actions(&actions, standard);
        if (result == 0) result = set_attributes(&attributes);
        if (result == 0) result = posix_spawn(process, path, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return result;
}
