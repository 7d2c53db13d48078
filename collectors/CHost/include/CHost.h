#ifndef STREAMASSEMBLER_CHOST_H
#define STREAMASSEMBLER_CHOST_H

// System calls that Swift cannot make: variadic ones, and those that glibc shows to _GNU_SOURCE alone.
#include <spawn.h>
#include <stdint.h>

/// A pipe whose ends no child inherits; gives an errno.
int chost_pipe(int *read_end, int *write_end);

/// Closes every descriptor from `first` on in the child; gives an errno.
int chost_close_from(posix_spawn_file_actions_t *actions, int first);

/// The permitted capabilities of the calling thread, a bit each (capabilities(7)); gives an errno.
int chost_permitted_capabilities(uint64_t *capabilities);

/// Makes exactly these the calling thread's permitted, effective and ambient capabilities, which
/// outlive execve(2); gives an errno.
int chost_set_capabilities(uint64_t capabilities);

/// Whether permitted capabilities outlive a change of the user; gives an errno.
int chost_keep_capabilities(int keep);

/// No program that this one starts gets more rights than this one has; gives an errno.
int chost_no_new_privileges(void);

/// Programs that the calling thread starts get none of its capabilities, unless it is root's; gives an errno.
int chost_bequeath_nothing(void);

#endif
