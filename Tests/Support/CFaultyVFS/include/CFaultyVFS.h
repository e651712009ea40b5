#ifndef CFAULTYVFS_H
#define CFAULTYVFS_H

/// Lets the file operations of SQLite fail, for the databases of one folder.
///
/// The VFS "faulty" becomes the process's default with the first watch. It wraps the one that was the default, and for files outside
/// of watched folders it hands over to that one for good when they are opened.

/// Operations, to be or-ed.
enum {
    FAULTY_READ = 1,
    FAULTY_WRITE = 2,
    FAULTY_SYNC = 4,
    FAULTY_TRUNCATE = 8,
    FAULTY_OPEN = 16,
    FAULTY_DELETE = 32,
    FAULTY_SHARED_MEMORY = 64,
};

/// One watched folder.
typedef struct FaultyWatch FaultyWatch;

/// Called around an operation: `isDone` is 0 before it, and 1 after it succeeded.
typedef void (*FaultyObserver)(void *context, int operation, int isDone, const char *path);

/// Watches databases whose path begins with `prefix`; they must be opened after this. NULL when there is no memory.
FaultyWatch *faulty_watch(const char *prefix);

/// Ends it. Files that are still open stay as they are, without faults.
void faulty_unwatch(FaultyWatch *watch);

/// Lets the n-th operation of `operations` from now on fail, as on a full disk or on a broken one; 0 for none, which only counts.
/// `isLasting` for all after it, too.
void faulty_arm(FaultyWatch *watch, int number, int operations, int isFull, int isLasting);

/// How many operations were counted since.
int faulty_count(FaultyWatch *watch);

/// The operation that failed first; 0 if none did.
int faulty_failed(FaultyWatch *watch);

/// NULL for none. To be set before the first file is opened.
void faulty_observe(FaultyWatch *watch, FaultyObserver observer, void *context);

#endif
