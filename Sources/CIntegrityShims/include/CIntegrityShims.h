#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What a walk over a tree asks the system for, without what costs time on the way there: calls that Swift cannot import (variadic
// ones, Linux's own), and one flat structure for what is known of an entry. Each call returns what it is asked for, which is not
// negative, or the negated errno; none is given up for a signal. Names are single names below an open folder, never paths.

/// What the system says of an entry.
struct coffer_entry_status {
    uint64_t device;
    uint64_t inode;
    /// Of a device: its number.
    uint64_t device_number;
    uint64_t byte_count;
    /// On the disk: less than byte_count when there are holes.
    uint64_t allocated_byte_count;
    int64_t modified_seconds;
    int64_t changed_seconds;
    uint32_t modified_nanoseconds;
    uint32_t changed_nanoseconds;
    uint32_t mode;
    uint32_t user;
    uint32_t group;
    uint32_t link_count;
};

/// Opens the folder at a path, through symbolic links.
int coffer_open_root(const char *path);
/// Opens a folder to read it, and no symbolic link.
int coffer_open_folder(int folder, const char *name);
/// Opens a file to read it: no symbolic link, without waiting for another end, and without a new access time where that is allowed.
int coffer_open_file(int folder, const char *name);
void coffer_close(int descriptor);

int coffer_status(int descriptor, struct coffer_entry_status *status);
/// Of the entry itself, not of what a symbolic link leads to.
int coffer_status_at(int folder, const char *name, struct coffer_entry_status *status);

/// Reads records of names: 8 bytes of inode, 8 of offset, 2 of the record's length, 1 of type, then the name with a zero byte.
ssize_t coffer_read_folder(int folder, void *buffer, size_t byte_count);
ssize_t coffer_read(int descriptor, void *buffer, size_t byte_count, off_t position);
ssize_t coffer_read_link(int folder, const char *name, void *buffer, size_t byte_count);
/// Where the next bytes (or, with hole, the next hole) are at or after a position; -ENXIO when there are none.
off_t coffer_next_extent(int descriptor, off_t position, int hole);

/// Names of extended attributes, each with a zero byte.
ssize_t coffer_list_attributes(int descriptor, void *buffer, size_t byte_count);
ssize_t coffer_attribute(int descriptor, const char *attribute, void *buffer, size_t byte_count);
/// Gives the calling thread a working folder of its own, which the next two calls then change. Where that is refused, they do without.
int coffer_own_working_folder(void);
/// The same for an entry that is not opened. Needs /proc in a thread without a working folder of its own.
ssize_t coffer_list_attributes_at(int folder, const char *name, void *buffer, size_t byte_count);
ssize_t coffer_attribute_at(int folder, const char *name, const char *attribute, void *buffer, size_t byte_count);

/// A file without a name in a folder, to read and write.
int coffer_scratch_file(const char *folder);
ssize_t coffer_write(int descriptor, const void *buffer, size_t byte_count, off_t position);

/// The processor time of this process in nanoseconds, and the most memory it had, in bytes.
uint64_t coffer_processor_time(void);
uint64_t coffer_peak_memory(void);
/// The time since some moment, in nanoseconds.
uint64_t coffer_monotonic_time(void);

/// Nanoseconds since 1970, by the clock that files are stamped with.
uint64_t coffer_wall_time(void);
