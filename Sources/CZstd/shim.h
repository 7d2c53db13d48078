#ifndef STREAMASSEMBLER_CZSTD_SHIM_H
#define STREAMASSEMBLER_CZSTD_SHIM_H

#if __has_include(<zstd.h>)
#include <zstd.h>
#include <zstd_errors.h>
#else
#error "zstd headers not found: install libzstd-dev (Debian, Ubuntu) or libzstd-devel (Fedora)"
#endif

#endif
