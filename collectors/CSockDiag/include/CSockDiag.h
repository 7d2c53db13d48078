#ifndef STREAMASSEMBLER_CSOCKDIAG_H
#define STREAMASSEMBLER_CSOCKDIAG_H

// The kernel's sock_diag(7) structures; SwiftPM needs a C target to import them.
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#endif
