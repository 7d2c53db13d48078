#ifndef STREAMASSEMBLER_CZLIB_SHIM_H
#define STREAMASSEMBLER_CZLIB_SHIM_H

#if __has_include(<zlib.h>)
#include <zlib.h>
#else
#error "zlib headers not found: install zlib1g-dev (Debian, Ubuntu) or zlib-devel (Fedora)"
#endif

// Swift imports no macros with arguments. A window of 15 bits is the largest; less than zero is DEFLATE alone, and 16
// more the wrapping of gzip.
static inline int streamassembler_deflate_begin(z_stream *stream, int level, int window_bits, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY);
}

static inline int streamassembler_inflate_begin(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

#endif
