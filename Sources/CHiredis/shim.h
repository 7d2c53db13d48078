#ifndef STREAMASSEMBLER_CHIREDIS_SHIM_H
#define STREAMASSEMBLER_CHIREDIS_SHIM_H

#if __has_include(<hiredis/hiredis.h>)
#include <hiredis/hiredis.h>
#include <hiredis/read.h>
#else
#error "hiredis headers not found: install libhiredis-dev (Debian, Ubuntu) or hiredis-devel (Fedora)"
#endif

#endif
