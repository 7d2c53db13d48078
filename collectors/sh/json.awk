# JSON by hand: numbers without an exponent, strings that are valid UTF-8 whatever bytes they came from.

function json_begin(    i) {
    for (i = 1; i < 256; i++) byte_of[sprintf("%c", i)] = i
}

# A whole number of any size; %d ends at 2^31 in some awks.
function whole(value) { return sprintf("%.0f", value) }

# At most `decimals` of them, none that is a zero at the end; "null" for the value "".
function number(value, decimals,    text) {
    if (value == "") return "null"
    text = sprintf("%." decimals "f", value)
    if (index(text, ".")) {
        sub(/0+$/, "", text)
        sub(/\.$/, "", text)
    }
    return text == "-0" ? "0" : text
}

# Counters since boot become a rate; "" where there is no earlier one, or the counter began anew. One that fell a little
# was read a moment too early.
function rate(from, to, seconds) {
    if (from == "" || to == "" || seconds == "" || seconds <= 0) return ""
    if (to + 0 < from + 0) return from - to <= 2 || from - to <= from / 64 ? 0 : ""
    return (to - from) / seconds
}

function string(text,    known) {
    if (text !~ /["\\]/ && text !~ /[^ -~]/) return "\"" text "\""
    if (text in escaped_text) return escaped_text[text]
    if (++escaped_count > 2000) {
        split("", escaped_text)
        escaped_count = 1
    }
    known = "\"" escape(text) "\""
    escaped_text[text] = known
    return known
}

function escape(text,    out, i, c, b, length_here, size) {
    out = ""
    size = length(text)
    for (i = 1; i <= size; i += length_here) {
        c = substr(text, i, 1)
        b = byte_of[c]
        length_here = 1
        if (c == "\"" || c == "\\") out = out "\\" c
        else if (b < 32 || b == 127) out = out sprintf("\\u%04x", b)
        else if (b < 128) out = out c
        else {
            length_here = sequence_length(text, i, b)
            if (length_here) out = out substr(text, i, length_here)
            else {
                out = out "\357\277\275"
                length_here = 1
            }
        }
    }
    return out
}

# Bytes of the UTF-8 character at `i`, whose first byte is `b`; 0 where it is none (RFC 3629).
function sequence_length(text, i, b,    size, second, low, high, k, next_byte) {
    low = 128
    high = 191
    if (b >= 194 && b <= 223) size = 2
    else if (b >= 224 && b <= 239) {
        size = 3
        if (b == 224) low = 160
        if (b == 237) high = 159
    } else if (b >= 240 && b <= 244) {
        size = 4
        if (b == 240) low = 144
        if (b == 244) high = 143
    } else return 0
    second = byte_of[substr(text, i + 1, 1)] + 0
    if (second < low || second > high) return 0
    for (k = 2; k < size; k++) {
        next_byte = byte_of[substr(text, i + k, 1)] + 0
        if (next_byte < 128 || next_byte > 191) return 0
    }
    return size
}

# The first line of a file, or "" where there is none.
function first_line(path,    line) {
    line = ""
    if ((getline line < path) <= 0) line = ""
    close(path)
    return line
}
