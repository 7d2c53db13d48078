// Linux's epoll, which the C library's Swift module leaves out.
#if defined(__linux__)
#include <sys/epoll.h>
#endif
