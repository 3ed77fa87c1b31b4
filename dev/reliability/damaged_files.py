"""Small files of every format that the program reads, written by hand so that each can be damaged at a chosen place."""

import gzip
import io
import json
import struct
import zipfile
import zlib


def npy(shape, values=None, dtype="|u1", header=None, version=1):
    """A .npy file; `values`: its bytes (default: zeros and ones in turn); `header`: instead of the right one."""
    count = 1
    for size in shape:
        count *= size
    if values is None:
        values = bytes(i % 2 for i in range(count))
    if header is None:
        listed = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': ({listed}), }}"
    text = header.encode("latin-1")
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H", len(text)) + text + values


def floats(count, special=None, at=0):
    values = [0.0, 1.0] * (count // 2 + 1)
    if special is not None:
        values[at] = special
    return struct.pack(f"<{count}f", *values[:count])


def npz(**arrays):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in arrays.items():
            archive.writestr(zipfile.ZipInfo(name + ".npy"), contents)
    return out.getvalue()


def idx(shape, values=None, kind=8, magic=0, sizes=None):
    """An IDX file; `sizes`: declared instead of the true shape."""
    count = 1
    for size in shape:
        count *= size
    if values is None:
        values = bytes(255 * (i % 2) for i in range(count))
    sizes = shape if sizes is None else sizes
    return struct.pack(">HBB", magic, kind, len(sizes)) + struct.pack(f">{len(sizes)}I", *sizes) + values


def mat(version=0x0100, declared=None, packed=False, **shapes):
    """A MAT-file with matrices of bytes, zeros and ones in turn; `declared`: their sizes instead of the true ones."""
    out = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", version) + b"IM"

    def element(kind, body):
        return struct.pack("<2I", kind, len(body)) + body + bytes(-len(body) % 8)

    for name, (rows, columns) in shapes.items():
        body = element(6, struct.pack("<2I", 9, 0)) + element(5, struct.pack("<2I", *(declared or (rows, columns))))
        body += element(1, name.encode()) + element(2, bytes(i % 2 for i in range(rows * columns)))
        matrix = element(14, body)
        out += struct.pack("<2I", 15, len(zlib.compress(matrix))) + zlib.compress(matrix) if packed else matrix
    return out


def packed(contents):
    return gzip.compress(contents, mtime=0)


def png(height, width, declared=None, kind=0, depth=8):
    """A grey PNG; `declared`: (height, width) in its header instead of the true ones."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    tall, wide = declared or (height, width)
    rows = b"".join(b"\0" + bytes(255 * ((i + j) % 2) for j in range(width)) for i in range(height))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", wide, tall, depth, kind, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def csv(rows, width, **cells):
    """Zeros and ones; cells r1c2="text" replace single ones."""
    table = [[str((i + j) % 2) for j in range(width)] for i in range(rows)]
    for place, text in cells.items():
        row, column = map(int, place[1:].split("c"))
        table[row][column] = text
    return "".join(",".join(row) + "\n" for row in table).encode()


class Safetensors:
    """A safetensors file taken apart: its header as a dictionary, its data as bytes."""

    def __init__(self, contents):
        length = struct.unpack("<Q", contents[:8])[0]
        self.header = json.loads(contents[8 : 8 + length])
        self.data = bytearray(contents[8 + length :])

    @property
    def metadata(self):
        return self.header["__metadata__"]

    def floats(self, tensor):
        begin, end = self.header[tensor]["data_offsets"]
        return struct.unpack(f"<{(end - begin) // 4}f", self.data[begin:end])

    def put_float(self, tensor, index, value):
        begin = self.header[tensor]["data_offsets"][0]
        struct.pack_into("<f", self.data, begin + 4 * index, value)
        return self

    def pack(self, header=None):
        text = json.dumps(self.header).encode() if header is None else header
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + bytes(self.data)
