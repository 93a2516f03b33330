"""Prints canonical.json: texts and what Python's json module makes of them. Run once; the output is committed."""

import json
import random

rng = random.Random(20260110)
cases = []


def add(name, text, js=True):
    # js: a JavaScript number carries every number in the text, so canonicalString(JSON.parse(text)) must agree too.
    cases.append({"name": name, "text": text, "canonical": json.dumps(json.loads(text), sort_keys=True), "js": js})


add("nothing in an object", "{}")
add("nothing in an array", " [ ] ")
add("separators and order", '{"b":[1,2,{"d":null,"c":true}],"a":false}')
add("every control character, delete and beyond", json.dumps("".join(map(chr, range(0, 0x100))), ensure_ascii=False)
    .replace("\x7f", "\\u007f"))
add("raw delete", '"\x7f"')
add("slashes and quotes", '"\\/ \\\\ \\" / \' < > &"')
add("line separators", '"\u2028\u2029\ufeff\ufffe\uffff"')
add("above the basic plane", '{"\U0001f511": "\U0001f511 \U0010ffff"}')
add("keys by code point, not by UTF-16 unit", '{"\U0001f511":1,"\uff5e":2,"\ue000":3,"\ud7ff":4,"z":5,"":6,"A":7,"a\U00010000":8,"a\uffff":9}')
add("keys that are numbers", '{"10":1,"9":2,"-1":3,"1.0":4}')
add("a key that JavaScript treats in its own way", '{"__proto__":{"a":1},"constructor":2,"toString":3}')
add("escaped keys", '{"\\u0062":1,"a\\n":2,"a":3}')
add("minus zero as an integer", "-0", js=False)
add("minus zero as a float", "-0.0", js=False)
add("one as a float", "1.0", js=False)
add("capital exponent", "[1E5, 1e5, 1E+2, 25e-1]", js=False)
add("large floats", "[1e15, 1e16, 1e+17, 123456789012345680.0, 9007199254740993.0, 1e21, 1e22, 1.7976931348623157e308]", js=False)
add("small floats", "[0.1, 0.01, 0.001, 0.0001, 0.00001, 1e-7, 0.00012345, 5e-324, 2.2250738585072014e-308, 1e-400]", js=False)
add("fractions", "[0.1, 0.5, 1.5, -2.25, 3.141592653589793, 1e-7, 0.00001, 100.125, 0.30000000000000004]")
add("integers beyond a double", "[9007199254740993, -9223372036854775809, 123456789012345678901234567890]", js=False)
add("integers within a double", "[0, 9007199254740991, -9007199254740991]")
add("deep", "[" * 150 + "]" * 150)


def number():
    kind = rng.randrange(6)
    if kind == 0:
        return str(rng.randrange(-10**6, 10**6)), True
    if kind == 1:
        return str(rng.randrange(-10**30, 10**30)), False
    if kind == 2:
        value = rng.uniform(-1, 1) * 10.0 ** rng.randrange(-12, 12)
        return repr(value), not value.is_integer()
    if kind == 3:
        return "%de%d" % (rng.randrange(-99, 99), rng.randrange(-30, 30)), False
    if kind == 4:
        return "%.*f" % (rng.randrange(1, 20), rng.uniform(-1e6, 1e6)), False
    return repr(rng.uniform(-1, 1) * 10.0 ** rng.randrange(-320, 308)), False


def text():
    pick = lambda: chr(rng.choice([rng.randrange(0x20), rng.randrange(0x20, 0x7f), rng.randrange(0x20, 0x7f), rng.randrange(0x7f, 0x800),
                                   rng.randrange(0x800, 0xd800), rng.randrange(0xe000, 0x10000), rng.randrange(0x10000, 0x110000)]))
    return "".join(pick() for _ in range(rng.randrange(8)))


def value(depth):
    kind = rng.randrange(6 if depth else 4)
    if kind == 0:
        return number()
    if kind in (1, 2):
        return json.dumps(text(), ensure_ascii=rng.random() < 0.5), True
    if kind == 3:
        return rng.choice(["true", "false", "null"]), True
    parts = [value(depth - 1) for _ in range(rng.randrange(5))]
    js = all(part[1] for part in parts)
    space = rng.choice(["", " ", "\n\t", "\r\n"])
    if kind == 4:
        return "[" + space + ("," + space).join(part[0] for part in parts) + "]", js
    keys = {text() for _ in parts}
    return "{" + ",".join(space + json.dumps(key, ensure_ascii=rng.random() < 0.5) + space + ":" + part[0] for key, part in zip(keys, parts)) + "}", js


for index in range(300):
    generated, js = value(4)
    add("random %d" % index, generated, js)

print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
