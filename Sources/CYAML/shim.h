#ifndef STREAMASSEMBLER_CYAML_SHIM_H
#define STREAMASSEMBLER_CYAML_SHIM_H

#if __has_include(<yaml.h>)
#include <yaml.h>
#else
#error "libyaml headers not found: install libyaml-dev (Debian, Ubuntu) or libyaml-devel (Fedora)"
#endif

#endif
