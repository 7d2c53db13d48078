#ifndef STREAMASSEMBLER_CZLIB_SHIM_H
#define STREAMASSEMBLER_CZLIB_SHIM_H

#if __has_include(<zlib.h>)
#include <zlib.h>
#else
#error "zlib headers not found: install zlib1g-dev (Debian, Ubuntu) or zlib-devel (Fedora)"
#endif

// Swift imports no macros with arguments. 15 + 16: the largest window, and the wrapping of gzip.
static inline int streamassembler_gzip_begin(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

static inline int streamassembler_gunzip_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
