"""Files that no desk should swallow, made here byte by byte: (file name, what must become of it, bytes).

REFUSED files must not pass, CLEANED ones must come out as a new picture, and of the rest (EITHER) both will do.
MARK stands in every payload, so that a test finds it wherever it survives.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from PIL import Image

from tests.pictures import picture

REFUSED, CLEANED, EITHER = "refused", "cleaned", "either"
MARK = b"EVIL-7f3a"
SCRIPT = b"<script>alert('" + MARK + b"')</script>"
PHP = b"<?php system('" + MARK + b"'); ?>"
MEGA = 1024 * 1024
Case = tuple[str, str, Callable[[], bytes]]


def cases() -> dict[str, Case]:
    """By name; the bytes are made when they are asked for, since some are large."""
    return {name: case for part in PARTS for name, case in part()}


# What is no picture, or another kind, under the name of a photo -------------------------------------


def _strangers() -> Iterator[tuple[str, Case]]:
    heads = {
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
        "html": b"<!doctype html>" + SCRIPT,
        "script": b"alert('" + MARK + b"')",
        "php": PHP,
        "shell": b"#!/bin/sh\necho " + MARK,
        "pdf": b"%PDF-1.7\n" + MARK,
        "postscript": b"%!PS-Adobe-3.0\n" + MARK,
        "program for linux": b"\x7fELF" + MARK * 9,
        "program for windows": b"MZ" + MARK * 9,
        "mvg": b"push graphic-context\nimage over 0,0 0,0 'ephemeral:/etc/passwd'\npop graphic-context",
        "msl": b'<?xml version="1.0"?><image><read filename="/etc/passwd"/></image>',
        "djvu": b"AT&TFORM\x00\x00\x00\x20DJVUINFO" + MARK,
        "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + MARK,
        "avif": b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif" + MARK,
        "jpeg 2000": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + MARK,
        "photoshop": b"8BPS\x00\x01" + MARK,
        "video": b"\x1aE\xdf\xa3" + MARK,
        "words": "楼道灯不亮".encode(),
        "nothing": b"",
        "one byte": b"\xff",
        "only the first bytes of a jpeg": b"\xff\xd8\xff",
        "only the first bytes of a png": b"\x89PNG\r\n\x1a\n",
        "only the first bytes of a webp": b"RIFF\x00\x00\x00\x00WEBP",
        "gif with script": b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert('" + MARK + b"')",
        "zip": _zip(),
    }
    for name, data in heads.items():
        yield name, ("照片.jpg", REFUSED, lambda data=data: data)
    for kind, ending in (("GIF", "gif"), ("TIFF", "tif"), ("BMP", "bmp"), ("ICO", "ico"), ("PPM", "ppm")):
        yield f"real {ending} as jpg", ("照片.jpg", REFUSED, lambda kind=kind: picture(kind))
        yield f"real {ending}", (f"照片.{ending}", REFUSED, lambda kind=kind: picture(kind))
    for name in ("照片.png", "照片.webp"):
        yield f"page as {name[-4:]}", (name, REFUSED, lambda: b"<!doctype html>" + SCRIPT)


def _names() -> Iterator[tuple[str, Case]]:
    wrong = (
        "a.png",
        "a.webp",
        "a.svg",
        "a.html",
        "a.php",
        "a.jpg.php",
        "a.jpg.svg",
        "a",
        "jpg",
        ".jpg",
        "a.jpg.",
    )
    for name in wrong:
        yield f"jpeg named {name}", (name, REFUSED, picture)
    yield "png named jpg", ("a.jpg", REFUSED, lambda: picture("PNG"))
    yield "webp named png", ("a.png", REFUSED, lambda: picture("WEBP"))
    right = {
        "300 letters": "长" * 300 + ".jpg",
        "way up": "../../../../etc/passwd.jpg",
        "way up on windows": "..\\..\\boot.jpg",
        "drive": "C:\\照片.jpg",
        "double ending": "shell.php.jpg",
        "tag": "<img src=x onerror=alert(1)>.jpg",
        "quotes and breaks": "a\"b'c\r\nSet-Cookie: x=1.jpg",
        "turned around": "\u202egpj.exe.jpg",
        "capitals": "IMG_0001.JPG",
        "other ending": "a.jpeg",
    }
    for name, file_name in right.items():
        yield f"name: {name}", (file_name, CLEANED, picture)


# One file that is two ------------------------------------------------------------------------------


def _polyglots() -> Iterator[tuple[str, Case]]:
    jpg, png, webp = "a.jpg", "a.png", "a.webp"
    yield "jpeg and page", (jpg, CLEANED, lambda: picture() + SCRIPT)
    yield "jpeg and zip", (jpg, CLEANED, lambda: picture() + _zip())
    yield "jpeg and script in its comment", (jpg, CLEANED, lambda: picture(comment=SCRIPT))
    yield "jpeg and php in its notes", (jpg, CLEANED, lambda: picture(exif=_exif(PHP)))
    yield "jpeg and payload in its colours", (jpg, CLEANED, lambda: picture(icc_profile=PHP * 50))
    yield "jpeg and a segment full of php", (jpg, CLEANED, lambda: _jpeg_with(0xED, PHP * 500))
    yield "jpeg of many comments", (jpg, CLEANED, lambda: _jpeg_with(0xFE, MARK * 7000, times=140))
    yield "jpeg of two pictures", (jpg, CLEANED, _mpo)
    yield "page before a jpeg", (jpg, REFUSED, lambda: SCRIPT + picture())
    yield "gif before a jpeg", (jpg, REFUSED, lambda: b"GIF89a" + picture())
    yield "png and php in its words", (png, CLEANED, lambda: _png_with(b"tEXt", b"Comment\0" + PHP))
    yield "png and script in its words", (png, CLEANED, lambda: _png_with(b"iTXt", b"x\0\0\0\0\0" + SCRIPT))
    yield "png and an unknown chunk", (png, CLEANED, lambda: _png_with(b"evIl", PHP * 100))
    yield "png and zip", (png, CLEANED, lambda: picture("PNG") + _zip())
    yield "png and page", (png, CLEANED, lambda: picture("PNG") + SCRIPT)
    yield "webp and page", (webp, CLEANED, lambda: picture("WEBP") + SCRIPT)
    yield (
        "webp and script in its notes",
        (webp, CLEANED, lambda: picture("WEBP", xmp=SCRIPT, exif=_exif(PHP))),
    )
    yield "png beginning as jpeg", (jpg, REFUSED, lambda: b"\xff\xd8\xff" + picture("PNG"))


# Too large, or larger than they say ------------------------------------------------------------------


def _bombs() -> Iterator[tuple[str, Case]]:
    for side in (9_000, 13_000, 19_000):
        megapixels = side * side // 1_000_000
        yield f"png of {megapixels} megapixels", ("a.png", REFUSED, lambda side=side: _flat_png(side, side))
    for width, height in ((2**31 - 1, 2**31 - 1), (40_000_001, 1), (0, 10), (10, 0)):
        yield f"png of {width}×{height}", ("a.png", REFUSED, lambda w=width, h=height: _png_head(w, h))
    for width, height in ((65_535, 65_535), (0, 0), (64, 0)):
        yield f"jpeg of {width}×{height}", ("a.jpg", REFUSED, lambda w=width, h=height: _jpeg_sized(w, h))
    yield "webp of 16383×16383", ("a.webp", REFUSED, lambda: _webp_canvas(16_383, 16_383))
    yield "webp whose canvas lies", ("a.webp", EITHER, lambda: _webp_canvas(3000, 3000))
    yield "png that unpacks to 400 MB", ("a.png", EITHER, lambda: _png_with_pixels(_zeros(400 * MEGA)))
    yield (
        "png with 200 MB of words",
        ("a.png", EITHER, lambda: _png_with(b"zTXt", b"x\0\0" + _zeros(200 * MEGA))),
    )
    yield "png with 200 MB of more words", (
        "a.png", EITHER, lambda: _png_with(b"iTXt", b"x\0\x01\0\0\0" + _zeros(200 * MEGA)),
    )  # fmt: skip
    yield "png with 200 MB of colours", (
        "a.png", EITHER, lambda: _png_with(b"iCCP", b"x\0\0" + _zeros(200 * MEGA)),
    )  # fmt: skip
    yield "png of 100,000 chunks", ("a.png", EITHER, lambda: _png_with(b"tEXt", b"k\0v", times=100_000))
    yield "one byte over 10 MB", ("a.jpg", REFUSED, lambda: _padded(10 * MEGA + 1))
    yield "10 MB to the byte", ("a.jpg", CLEANED, lambda: _padded(10 * MEGA))
    yield "jpeg of a thousand scans", ("a.jpg", EITHER, lambda: jpeg_of_scans(6000, 6000, 1000))
    yield "apng of 50 frames", ("a.png", CLEANED, lambda: _moving("PNG", 50))
    yield "webp of 50 frames", ("a.webp", CLEANED, lambda: _moving("WEBP", 50))


def jpeg_of_scans(width: int, height: int, scans: int) -> bytes:
    """A small file whose every scan makes the decoder walk over all pixels again: some seconds each hundred."""
    file = io.BytesIO()
    Image.new("L", (width, height)).save(file, "JPEG", progressive=True)
    data = file.getvalue()
    last = data.rindex(b"\xff\xda")
    scan = data[last:-2]
    return data[:-2] + scan * min(scans, (9 * MEGA - len(data)) // len(scan)) + b"\xff\xd9"


# Broken ones, and honest ones of a rare kind ----------------------------------------------------------


def _broken() -> Iterator[tuple[str, Case]]:
    for kind, name in (("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")):
        for part in (5, 25, 50, 75, 95):
            yield f"{name} cut at {part} %", (name, REFUSED, lambda k=kind, p=part: _cut(k, p))
    yield "png of a wrong sum in its head", ("a.png", REFUSED, lambda: _spoilt(_rich("PNG"), 30))
    yield "png of a wrong sum in its pixels", ("a.png", EITHER, lambda: _spoilt(_rich("PNG"), 200))
    yield "png of an endless chunk", ("a.png", EITHER, lambda: _png_head(8, 8) + b"\xff\xff\xff\xffIDAT")
    yield "png without pixels", ("a.png", REFUSED, lambda: _png_head(8, 8) + _chunk(b"IEND", b""))
    yield "png without its palette", ("a.png", EITHER, lambda: _without(picture("PNG", mode="P"), b"PLTE"))
    yield "png with its end missing", ("a.png", EITHER, lambda: picture("PNG")[:-12])
    yield "jpeg of two sizes", ("a.jpg", EITHER, lambda: _twice_sized())
    yield "jpeg without tables", ("a.jpg", REFUSED, lambda: _jpeg_sized(64, 48)[:200] + b"\xff\xd9")
    yield "jpeg of a broken colour profile", ("a.jpg", CLEANED, lambda: picture(icc_profile=b"\x00" * 200))
    yield "jpeg of broken notes", ("a.jpg", CLEANED, lambda: picture(exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    yield "jpeg of notes that go in circles", ("a.jpg", CLEANED, lambda: picture(exif=_circling()))
    yield (
        "webp of a wrong length",
        ("a.webp", EITHER, lambda: picture("WEBP").replace(b"RIFF", b"RIFF\xff", 1)),
    )


def _rare() -> Iterator[tuple[str, Case]]:
    yield "cmyk", ("a.jpg", CLEANED, lambda: picture(mode="CMYK"))
    yield "grey", ("a.jpg", CLEANED, lambda: picture(mode="L"))
    yield "progressive", ("a.jpg", CLEANED, lambda: picture(progressive=True))
    yield "thin and long", ("a.jpg", CLEANED, lambda: picture(size=(65_000, 1)))
    yield "one pixel", ("a.png", CLEANED, lambda: picture("PNG", size=(1, 1)))
    yield "16 bit", ("a.png", CLEANED, lambda: picture("PNG", mode="I;16", colour="white"))
    yield "1 bit", ("a.png", CLEANED, lambda: picture("PNG", mode="1"))
    yield "grey and clear", ("a.png", CLEANED, lambda: picture("PNG", mode="LA"))
    yield "colour and clear", ("a.png", CLEANED, lambda: picture("PNG", mode="RGBA"))
    yield "palette", ("a.png", CLEANED, lambda: picture("PNG", mode="P"))
    yield "palette and clear", ("a.png", CLEANED, lambda: picture("PNG", mode="P", transparency=0))
    yield "clear webp", ("a.webp", CLEANED, lambda: picture("WEBP", mode="RGBA"))
    yield "lossless webp", ("a.webp", CLEANED, lambda: picture("WEBP", lossless=True))
    for turn in range(1, 9):
        yield f"turned {turn}", ("a.jpg", CLEANED, lambda turn=turn: picture(exif=_exif(MARK, turn)))
    yield "turned 99", ("a.jpg", CLEANED, lambda: picture(exif=_exif(MARK, 99)))


PARTS = (_strangers, _names, _polyglots, _bombs, _broken, _rare)


# How they are made -----------------------------------------------------------------------------------


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("evil.txt", MARK)
    return file.getvalue()


def _exif(words: bytes, turn: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = turn, words.decode()
    return exif.tobytes()


def _circling() -> bytes:
    """A directory whose sub-directory is itself."""
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 8)


def _rich(kind: str) -> bytes:
    """With something in it, so that a cut hurts."""
    file = io.BytesIO()
    Image.effect_noise((160, 120), 90).convert("RGB").save(file, kind)
    return file.getvalue()


def _cut(kind: str, percent: int) -> bytes:
    data = _rich(kind)
    return data[: len(data) * percent // 100]


def _spoilt(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png_head(width: int, height: int, bits: int = 8) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0))


def _flat_png(width: int, height: int) -> bytes:
    """Grey, one bit a pixel: a few kilobytes however large it says it is."""
    pixels = _zeros((width // 8 + 2) * height)
    return _png_head(width, height, bits=1) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _zeros(count: int) -> bytes:
    """Packed, one megabyte again and again: to pack them all would take as long as to unpack them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    mega = packer.compress(bytes(MEGA)) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = packer.compress(bytes(count % MEGA)) + packer.flush()
    return b"\x78\xda" + mega * (count // MEGA) + rest + struct.pack(">I", count % 65521 << 16 | 1)


def _png_with(name: bytes, body: bytes, times: int = 1) -> bytes:
    """Another chunk behind the head, where decoders read it first."""
    data = picture("PNG")
    return data[:33] + _chunk(name, body) * times + data[33:]


def _png_with_pixels(pixels: bytes) -> bytes:
    return _png_head(100, 100) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _without(data: bytes, name: bytes) -> bytes:
    at = data.index(name) - 4
    return data[:at] + data[at + 12 + struct.unpack(">I", data[at : at + 4])[0] :]


def _jpeg_with(marker: int, body: bytes, times: int = 1) -> bytes:
    data = picture()
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    return data[:2] + segment * times + data[2:]


def _jpeg_sized(width: int, height: int) -> bytes:
    data = picture()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def _twice_sized() -> bytes:
    """The first size is harmless, the second is not."""
    data = picture()
    at = data.index(b"\xff\xc0")
    frame = data[at : at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]]
    return (
        data[:at]
        + frame
        + frame[:5]
        + struct.pack(">HH", 60_000, 60_000)
        + frame[9:]
        + data[at + len(frame) :]
    )


def _padded(size: int) -> bytes:
    data = picture()
    return data + b"\0" * (size - len(data))


def _mpo() -> bytes:
    file, second = io.BytesIO(), Image.new("RGB", (64, 48), "blue")
    Image.new("RGB", (64, 48), "red").save(file, "MPO", save_all=True, append_images=[second])
    return file.getvalue()


def _moving(kind: str, frames: int) -> bytes:
    file = io.BytesIO()
    pictures = [Image.new("RGB", (400, 300), (5 * n, 0, 0)) for n in range(frames)]
    pictures[0].save(file, kind, save_all=True, append_images=pictures[1:])
    return file.getvalue()


def _webp_canvas(width: int, height: int) -> bytes:
    data = picture("WEBP", exif=_exif(MARK))  # notes need the long form of the head
    at = data.index(b"VP8X") + 12
    size = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    return data[:at] + size + data[at + 6 :]
