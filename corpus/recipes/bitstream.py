# SPDX-License-Identifier: Apache-2.0
"""Writes LLVM's bitstreams (llvm.org/docs/BitCodeFormat.html), bit by bit, for samples."""

CHAR6 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"
END, ENTER, DEFINE, UNABBREVIATED = range(4)
FIXED, VARIABLE, ARRAY, CHARACTER, BLOB = range(1, 6)


class Bits:
    def __init__(self, magic=b"BC\xc0\xde"):
        self.magic, self.bits, self.widths = magic, [], [2]

    def put(self, value, width):
        self.bits += [value >> i & 1 for i in range(width)]
        return self

    def variable(self, value, width):
        top = 1 << (width - 1)
        while value >= top:
            self.put(value & (top - 1) | top, width)
            value >>= width - 1
        return self.put(value, width)

    def align(self):
        return self.put(0, -len(self.bits) % 32)

    def number(self, value):
        """Of an abbreviation, in the block that is open."""
        return self.put(value, self.widths[-1])

    def enter(self, block, width=4):
        self.number(ENTER).variable(block, 8).variable(width, 4).align().put(0, 32)
        self.widths.append(width)
        return self

    def end(self):
        self.number(END).align()
        self.widths.pop()
        return self

    def define(self, *operands):
        """Each operand is ("literal", value), (FIXED or VARIABLE, width) or one encoding."""
        self.number(DEFINE).variable(len(operands), 5)
        for operand in operands:
            kind, value = operand if isinstance(operand, tuple) else (operand, None)
            if kind == "literal":
                self.put(1, 1).variable(value, 8)
            else:
                self.put(0, 1).put(kind, 3)
                if kind in (FIXED, VARIABLE):
                    self.variable(value, 5)
        return self

    def record(self, code, *values):
        self.number(UNABBREVIATED).variable(code, 6).variable(len(values), 6)
        for value in values:
            self.variable(value, 6)
        return self

    def characters(self, text):
        self.variable(len(text), 6)
        for letter in text:
            self.put(CHAR6.index(letter), 6)
        return self

    def blob(self, data):
        self.variable(len(data), 6).align()
        for byte in data:
            self.put(byte, 8)
        return self.align()

    def bytes(self):
        self.align()
        packed = [sum(bit << i for i, bit in enumerate(self.bits[at:at + 8])) for at in range(0, len(self.bits), 8)]
        return self.magic + bytes(packed)


def module(text, magic=b"BC\xc0\xde"):
    """A block that has its abbreviations from the info block and of its own, one in another; `text` in each way."""
    out = Bits(magic)
    out.enter(0).record(1, 17).define(("literal", 8), ARRAY, CHARACTER).end()
    out.enter(8, 3)
    out.record(16, *text.encode())
    out.enter(17).define((FIXED, 4), (VARIABLE, 6), ARRAY, (FIXED, 7)).define(("literal", 9), BLOB)
    out.number(4).characters(text)
    out.number(5).put(3, 4).variable(777, 6).variable(len(text), 6)
    for letter in text:
        out.put(ord(letter), 7)
    out.number(6).blob(b"blob of " + text.encode())
    return out.end().end().bytes()
