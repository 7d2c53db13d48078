#define _GNU_SOURCE
#include "CHost.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int chost_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int chost_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int chost_permitted_capabilities(uint64_t *capabilities) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capget, &header, data) != 0) return errno;
    *capabilities = data[0].permitted | (uint64_t)data[1].permitted << 32;
    return 0;
}

int chost_set_capabilities(uint64_t capabilities) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    uint32_t low = (uint32_t)capabilities, high = (uint32_t)(capabilities >> 32);
    struct __user_cap_data_struct data[2] = {{low, low, low}, {high, high, high}};
    if (syscall(SYS_capset, &header, data) != 0) return errno;
    for (int number = 0; number < 64; number++)
        if (capabilities >> number & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) != 0) return errno;
    return 0;
}

int chost_keep_capabilities(int keep) { return prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0) != 0 ? errno : 0; }

int chost_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ? errno : 0; }

int chost_bequeath_nothing(void) { return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 ? errno : 0; }

struct chost_thread {
    pthread_t thread;
    pid_t number;
    sem_t ready, done;
};

static void *chost_wait(void *argument) {
    struct chost_thread *held = argument;
    held->number = (pid_t)syscall(SYS_gettid);
    sem_post(&held->ready);
    while (sem_wait(&held->done) != 0 && errno == EINTR) {}
    return NULL;
}

struct chost_thread *chost_hold_thread(pid_t *number) {
    struct chost_thread *held = calloc(1, sizeof *held);
    if (!held) return NULL;
    sem_init(&held->ready, 0, 0);
    sem_init(&held->done, 0, 0);
    if (pthread_create(&held->thread, NULL, chost_wait, held) != 0) {
        free(held);
        return NULL;
    }
    while (sem_wait(&held->ready) != 0 && errno == EINTR) {}
    *number = held->number;
    return held;
}

void chost_release_thread(struct chost_thread *held) {
    sem_post(&held->done);
    pthread_join(held->thread, NULL);
    sem_destroy(&held->ready);
    sem_destroy(&held->done);
    free(held);
}

static int chost_name_request(struct ifreq *request, const uint8_t *name, int length) {
    memset(request, 0, sizeof *request);
    if (length < 1 || length >= IFNAMSIZ) return EINVAL;
    memcpy(request->ifr_name, name, (size_t)length);
    return 0;
}

int chost_interface_flags(int socket, const uint8_t *name, int length, uint32_t *flags) {
    struct ifreq request;
    int problem = chost_name_request(&request, name, length);
    if (problem) return problem;
    if (ioctl(socket, SIOCGIFFLAGS, &request) != 0) return errno;
    *flags = (uint16_t)request.ifr_flags;
    return 0;
}

int chost_interface_speed(int socket, const uint8_t *name, int length, uint32_t *megabits) {
    struct ifreq request;
    int problem = chost_name_request(&request, name, length);
    if (problem) return problem;
    struct ethtool_cmd command = {.cmd = ETHTOOL_GSET};
    request.ifr_data = (void *)&command;
    if (ioctl(socket, SIOCETHTOOL, &request) != 0) return errno;
    *megabits = ethtool_cmd_speed(&command);
    return 0;
}

int chost_interface_name(int socket, uint32_t number, uint8_t name[16]) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    request.ifr_ifindex = (int)number;
    if (ioctl(socket, SIOCGIFNAME, &request) != 0) return errno;
    memcpy(name, request.ifr_name, 16);
    return 0;
}

int chost_bound_capabilities(uint64_t capabilities) {
    for (int number = 0; number < 64; number++) {
        if (capabilities >> number & 1) continue;
        // EINVAL: this kernel has no capability of so high a number. EPERM: a container's root without CAP_SETPCAP, which
        // cannot drop them; without new privileges they are of no use.
        if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0) return errno == EINVAL || errno == EPERM ? 0 : errno;
    }
    return 0;
}
