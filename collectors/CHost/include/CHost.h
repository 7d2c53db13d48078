#ifndef STREAMASSEMBLER_CHOST_H
#define STREAMASSEMBLER_CHOST_H

// System calls that Swift cannot make: variadic ones, and those that glibc shows to _GNU_SOURCE alone.
#include <spawn.h>
#include <stdint.h>
// adjtimex(2), which glibc's own module for Swift leaves out.
#include <sys/timex.h>
#include <sys/types.h>

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

/// Drops every capability but these from the bounding set, so that no program can gain them again; gives an errno.
int chost_bound_capabilities(uint64_t capabilities);

/// A thread of this process that only waits, to be known by its number; NULL where none can be started.
struct chost_thread;
struct chost_thread *chost_hold_thread(pid_t *number);

/// Ends the thread, which is gone when this returns.
void chost_release_thread(struct chost_thread *held);

/// `IFF_UP`, `IFF_RUNNING`, … of an interface of the socket's network namespace (netdevice(7)); gives an errno.
int chost_interface_flags(int socket, const uint8_t *name, int length, uint32_t *flags);

/// The link's speed as its driver tells, `UINT32_MAX` where it does not know; gives an errno.
int chost_interface_speed(int socket, const uint8_t *name, int length, uint32_t *megabits);

/// The name of an interface by its number, up to 15 bytes and a NUL; gives an errno.
int chost_interface_name(int socket, uint32_t number, uint8_t name[16]);

#endif
