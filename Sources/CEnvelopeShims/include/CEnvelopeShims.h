#pragma once

#include <sys/types.h>

// What Swift cannot import: calls that the C library declares as extensions only. Each returns 0, or the errno of the call that failed.

/// Makes a pipe: ends[0] to read from, ends[1] to write to. Neither is passed on by exec, and neither is a standard descriptor.
int coffer_pipe(int ends[2]);

/// Begins to write a part of a file to the disk, and does not wait for it. Success says nothing about what is on the disk.
int coffer_start_writeback(int descriptor, off_t position, off_t byte_count);

/// Moves an entry of a folder into another one of the same file system. EEXIST when the name is taken there.
int coffer_move(int folder, const char *name, int other_folder, const char *other_name);

/// Starts a program in a process group of its own, with the root as its working folder, no signal blocked or ignored, and no open
/// descriptor but standard input, output and error, which are the three given ones.
int coffer_start_program(const char *path, char *const arguments[], char *const environment[], const int standard[3], pid_t *process);
