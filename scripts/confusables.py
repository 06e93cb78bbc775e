"""Writes src/text/confusables.data.ts: which characters look like which others.

The data is Unicode's (UTS #39, confusables.txt), read out of the ICU library of the machine, which is made from it by
the Unicode Consortium: for every code point, the prototype that ICU puts in its place. Run on Debian 12:

    python3 scripts/confusables.py > src/text/confusables.data.ts
"""

import ctypes
import glob
import re
import unicodedata

PER_LINE = 110

library = ctypes.CDLL(sorted(glob.glob("/usr/lib/*/libicui18n.so.[0-9][0-9]"))[-1])
version = re.search(r"\.so\.(\d+)", library._name).group(1)
common = ctypes.CDLL(library._name.replace("icui18n", "icuuc"))


def named(of, name):
    return getattr(of, f"{name}_{version}")


def opened():
    status = ctypes.c_int(0)
    named(library, "uspoof_open").restype = ctypes.c_void_p
    checker = named(library, "uspoof_open")(ctypes.byref(status))
    assert status.value <= 0 and checker
    return ctypes.c_void_p(checker)


def skeleton(checker, text):
    given = text.encode("utf-16-le")
    into = ctypes.create_string_buffer(256)
    status = ctypes.c_int(0)
    length = named(library, "uspoof_getSkeleton")(
        checker, 0, given, len(given) // 2, into, len(into) // 2, ctypes.byref(status)
    )
    assert status.value <= 0
    return into.raw[: 2 * length].decode("utf-16-le")


def unicode_version():
    parts = (ctypes.c_uint8 * 4)()
    named(common, "u_getUnicodeVersion")(parts)
    return ".".join(str(part) for part in parts[:3])


def base36(number):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (base36(number // 36) if number >= 36 else "") + digits[number % 36]


def groups():
    """The prototypes, each with the characters it stands for. What has a decomposition is decomposed first."""
    checker = opened()
    found = {}
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        character = chr(code)
        if unicodedata.normalize("NFD", character) != character:
            continue
        prototype = skeleton(checker, character)
        if prototype != character:
            found.setdefault(prototype, []).append(code)
    return found


def encoded(prototype, codes):
    steps = [code - before for before, code in zip([0] + codes, codes)]
    return "+".join(base36(ord(one)) for one in prototype) + ":" + ",".join(base36(step) for step in steps)


def lines():
    line = ""
    for prototype, codes in sorted(groups().items()):
        text = encoded(prototype, codes)
        if line and len(line) + 1 + len(text) > PER_LINE:
            yield line
            line = text
        else:
            line = f"{line} {text}" if line else text
    yield line


print(f"""// Made by scripts/confusables.py from ICU {version}: the confusables of Unicode {unicode_version()} (UTS #39), © Unicode, Inc.,
// under the licence in unicode-license.txt.

/** "prototype:characters", code points in base 36, each character as its distance from the one before. */
export const confusables = `""")
for line in lines():
    print(line)
print("`;")
