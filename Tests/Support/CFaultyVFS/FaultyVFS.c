// A VFS of SQLite (https://www.sqlite.org/vfs.html) that fails when it is told to.

#include "CFaultyVFS.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct FaultyWatch {
    char *prefix;
    int references;
    int isWatching;
    int number, operations, isFull, isLasting;
    int count, failed;
    FaultyObserver observer;
    void *context;
    FaultyWatch *next;
};

typedef struct {
    sqlite3_file base;
    FaultyWatch *watch;
    char *path;
} FaultyFile;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FaultyWatch *watches;
static sqlite3_vfs *real;
static sqlite3_vfs faulty;

/// The file of the wrapped VFS, behind ours.
static sqlite3_file *inner(sqlite3_file *file) { return (sqlite3_file *)((FaultyFile *)file + 1); }

// MARK: Deciding

/// Whether the operation is to fail.
static int fails(FaultyWatch *watch, int operation, const char *path) {
    pthread_mutex_lock(&lock);
    FaultyObserver observer = watch->isWatching ? watch->observer : NULL;
    void *context = watch->context;
    int failing = 0;
    if (watch->isWatching && watch->operations & operation) {
        watch->count += 1;
        failing = watch->count == watch->number || (watch->isLasting && watch->failed);
        if (failing && !watch->failed) watch->failed = operation;
    }
    pthread_mutex_unlock(&lock);
    if (!failing && observer) observer(context, operation, 0, path);
    return failing;
}

static void done(FaultyWatch *watch, int operation, const char *path) {
    pthread_mutex_lock(&lock);
    FaultyObserver observer = watch->isWatching ? watch->observer : NULL;
    void *context = watch->context;
    pthread_mutex_unlock(&lock);
    if (observer) observer(context, operation, 1, path);
}

/// Only a write finds out that the disk is full in a way that SQLite tells from a failure.
static int code(const FaultyWatch *watch, int operation) {
    switch (operation) {
    case FAULTY_READ: return SQLITE_IOERR_READ;
    case FAULTY_WRITE: return watch->isFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    case FAULTY_SYNC: return SQLITE_IOERR_FSYNC;
    case FAULTY_TRUNCATE: return SQLITE_IOERR_TRUNCATE;
    case FAULTY_OPEN: return SQLITE_CANTOPEN;
    case FAULTY_DELETE: return SQLITE_IOERR_DELETE;
    default: return watch->isFull ? SQLITE_IOERR_SHMSIZE : SQLITE_IOERR_SHMMAP;
    }
}

static void release(FaultyWatch *watch) {
    pthread_mutex_lock(&lock);
    int isLast = --watch->references == 0;
    pthread_mutex_unlock(&lock);
    if (!isLast) return;
    free(watch->prefix);
    free(watch);
}

/// With a reference; NULL for a path that nobody watches.
static FaultyWatch *find(const char *path) {
    FaultyWatch *found = NULL;
    if (!path) return NULL;
    pthread_mutex_lock(&lock);
    for (FaultyWatch *watch = watches; watch && !found; watch = watch->next)
        if (strncmp(path, watch->prefix, strlen(watch->prefix)) == 0) found = watch;
    if (found) found->references += 1;
    pthread_mutex_unlock(&lock);
    return found;
}

// MARK: Files

#define CALL(operation, call)                                                            \
    FaultyFile *ours = (FaultyFile *)file;                                               \
    if (fails(ours->watch, operation, ours->path)) return code(ours->watch, operation);  \
    int result = call;                                                                   \
    if (result == SQLITE_OK) done(ours->watch, operation, ours->path);                   \
    return result

static int closeFile(sqlite3_file *file) {
    FaultyFile *ours = (FaultyFile *)file;
    int result = inner(file)->pMethods->xClose(inner(file));
    release(ours->watch);
    free(ours->path);
    return result;
}

static int readFile(sqlite3_file *file, void *buffer, int count, sqlite3_int64 offset) {
    CALL(FAULTY_READ, inner(file)->pMethods->xRead(inner(file), buffer, count, offset));
}

static int writeFile(sqlite3_file *file, const void *buffer, int count, sqlite3_int64 offset) {
    FaultyFile *self = (FaultyFile *)file;
    if (fails(self->watch, FAULTY_WRITE, self->path)) {
        // What a failing disk, and a full one, may have taken of it.
        if (count > 1) inner(file)->pMethods->xWrite(inner(file), buffer, count / 2, offset);
        return code(self->watch, FAULTY_WRITE);
    }
    int result = inner(file)->pMethods->xWrite(inner(file), buffer, count, offset);
    if (result == SQLITE_OK) done(self->watch, FAULTY_WRITE, self->path);
    return result;
}

static int truncateFile(sqlite3_file *file, sqlite3_int64 size) {
    CALL(FAULTY_TRUNCATE, inner(file)->pMethods->xTruncate(inner(file), size));
}

static int syncFile(sqlite3_file *file, int flags) {
    CALL(FAULTY_SYNC, inner(file)->pMethods->xSync(inner(file), flags));
}

static int sizeOfFile(sqlite3_file *file, sqlite3_int64 *size) { return inner(file)->pMethods->xFileSize(inner(file), size); }
static int lockFile(sqlite3_file *file, int level) { return inner(file)->pMethods->xLock(inner(file), level); }
static int unlockFile(sqlite3_file *file, int level) { return inner(file)->pMethods->xUnlock(inner(file), level); }
static int isReserved(sqlite3_file *file, int *out) { return inner(file)->pMethods->xCheckReservedLock(inner(file), out); }
static int control(sqlite3_file *file, int what, void *value) { return inner(file)->pMethods->xFileControl(inner(file), what, value); }
static int sectorSize(sqlite3_file *file) { return inner(file)->pMethods->xSectorSize(inner(file)); }
static int characteristics(sqlite3_file *file) { return inner(file)->pMethods->xDeviceCharacteristics(inner(file)); }

static int mapShared(sqlite3_file *file, int region, int size, int extend, void volatile **out) {
    FaultyFile *ours = (FaultyFile *)file;
    if (extend && fails(ours->watch, FAULTY_SHARED_MEMORY, ours->path)) {
        *out = NULL;
        return code(ours->watch, FAULTY_SHARED_MEMORY);
    }
    return inner(file)->pMethods->xShmMap(inner(file), region, size, extend, out);
}

static int lockShared(sqlite3_file *file, int offset, int count, int flags) {
    return inner(file)->pMethods->xShmLock(inner(file), offset, count, flags);
}

static void barrier(sqlite3_file *file) { inner(file)->pMethods->xShmBarrier(inner(file)); }
static int unmapShared(sqlite3_file *file, int isDeleted) { return inner(file)->pMethods->xShmUnmap(inner(file), isDeleted); }

static int fetch(sqlite3_file *file, sqlite3_int64 offset, int count, void **out) {
    (void)file, (void)offset, (void)count;
    // Not mapped: everything is read by `readFile`.
    *out = NULL;
    return SQLITE_OK;
}

static int unfetch(sqlite3_file *file, sqlite3_int64 offset, void *page) {
    (void)file, (void)offset, (void)page;
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    3, closeFile, readFile, writeFile, truncateFile, syncFile, sizeOfFile, lockFile, unlockFile, isReserved, control, sectorSize,
    characteristics, mapShared, lockShared, barrier, unmapShared, fetch, unfetch,
};

// MARK: The file system

static int openFile(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *outFlags) {
    (void)vfs;
    FaultyWatch *watch = find(path);
    if (!watch) return real->xOpen(real, path, file, flags, outFlags);
    FaultyFile *ours = (FaultyFile *)file;
    memset(ours, 0, sizeof(FaultyFile));
    if (fails(watch, FAULTY_OPEN, path)) {
        release(watch);
        return SQLITE_CANTOPEN;
    }
    ours->path = strdup(path);
    int result = ours->path ? real->xOpen(real, path, inner(file), flags, outFlags) : SQLITE_NOMEM;
    if (result != SQLITE_OK) {
        // As the interface asks for: a file that is open after all is closed by us.
        if (ours->path && inner(file)->pMethods) inner(file)->pMethods->xClose(inner(file));
        free(ours->path);
        release(watch);
        return result;
    }
    ours->watch = watch;
    ours->base.pMethods = &methods;
    done(watch, FAULTY_OPEN, path);
    return SQLITE_OK;
}

static int deleteFile(sqlite3_vfs *vfs, const char *path, int mustSync) {
    (void)vfs;
    FaultyWatch *watch = find(path);
    if (!watch) return real->xDelete(real, path, mustSync);
    int result = fails(watch, FAULTY_DELETE, path) ? code(watch, FAULTY_DELETE) : real->xDelete(real, path, mustSync);
    if (result == SQLITE_OK) done(watch, FAULTY_DELETE, path);
    release(watch);
    return result;
}

static int isAccessible(sqlite3_vfs *vfs, const char *path, int flags, int *out) {
    (void)vfs;
    return real->xAccess(real, path, flags, out);
}
static int fullPath(sqlite3_vfs *vfs, const char *path, int count, char *out) {
    (void)vfs;
    return real->xFullPathname(real, path, count, out);
}
static int randomness(sqlite3_vfs *vfs, int count, char *out) {
    (void)vfs;
    return real->xRandomness(real, count, out);
}
static int pause_(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return real->xSleep(real, microseconds);
}
static int currentTime(sqlite3_vfs *vfs, double *out) {
    (void)vfs;
    return real->xCurrentTime(real, out);
}
static int lastError(sqlite3_vfs *vfs, int count, char *out) {
    (void)vfs;
    return real->xGetLastError(real, count, out);
}
static int currentTime64(sqlite3_vfs *vfs, sqlite3_int64 *out) {
    (void)vfs;
    return real->xCurrentTimeInt64(real, out);
}

static void registerOnce(void) {
    real = sqlite3_vfs_find(NULL);
    faulty.iVersion = 2;
    faulty.szOsFile = (int)sizeof(FaultyFile) + real->szOsFile;
    faulty.mxPathname = real->mxPathname;
    faulty.zName = "faulty";
    faulty.xOpen = openFile;
    faulty.xDelete = deleteFile;
    faulty.xAccess = isAccessible;
    faulty.xFullPathname = fullPath;
    faulty.xRandomness = randomness;
    faulty.xSleep = pause_;
    faulty.xCurrentTime = currentTime;
    faulty.xGetLastError = lastError;
    faulty.xCurrentTimeInt64 = currentTime64;
    sqlite3_vfs_register(&faulty, 1);
}

// MARK: Watches

FaultyWatch *faulty_watch(const char *prefix) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, registerOnce);
    FaultyWatch *watch = calloc(1, sizeof(FaultyWatch));
    if (watch) watch->prefix = strdup(prefix);
    if (!watch || !watch->prefix) {
        free(watch);
        return NULL;
    }
    watch->references = 1;
    watch->isWatching = 1;
    pthread_mutex_lock(&lock);
    watch->next = watches;
    watches = watch;
    pthread_mutex_unlock(&lock);
    return watch;
}

void faulty_unwatch(FaultyWatch *watch) {
    pthread_mutex_lock(&lock);
    watch->isWatching = 0;
    for (FaultyWatch **link = &watches; *link; link = &(*link)->next) {
        if (*link != watch) continue;
        *link = watch->next;
        break;
    }
    pthread_mutex_unlock(&lock);
    release(watch);
}

void faulty_arm(FaultyWatch *watch, int number, int operations, int isFull, int isLasting) {
    pthread_mutex_lock(&lock);
    watch->number = number;
    watch->operations = operations;
    watch->isFull = isFull;
    watch->isLasting = isLasting;
    watch->count = 0;
    watch->failed = 0;
    pthread_mutex_unlock(&lock);
}

int faulty_count(FaultyWatch *watch) {
    pthread_mutex_lock(&lock);
    int count = watch->count;
    pthread_mutex_unlock(&lock);
    return count;
}

int faulty_failed(FaultyWatch *watch) {
    pthread_mutex_lock(&lock);
    int failed = watch->failed;
    pthread_mutex_unlock(&lock);
    return failed;
}

void faulty_observe(FaultyWatch *watch, FaultyObserver observer, void *context) {
    pthread_mutex_lock(&lock);
    watch->observer = observer;
    watch->context = context;
    pthread_mutex_unlock(&lock);
}
