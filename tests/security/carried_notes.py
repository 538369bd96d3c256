"""Thirty honest photos that say too much: where and when, by which telephone, with a small copy inside."""

import io

from PIL import Image, ImageCms, PngImagePlugin

from tests.pictures import upload

# 重庆, to the metre
GPS = {1: "N", 2: (29.0, 33.0, 47.5), 3: "E", 4: (106.0, 33.0, 5.5), 29: "2026:11:24"}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF exif:GPSLatitude="29,33.79N" dc:creator="CANARY"/></x:xmpmeta>'
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10\x1c\x02\x50\x00\x06CANARY\x1c\x02\x5a\x00\x00"
CORNERS = ("red", "lime", "blue", "white")  # upper left, upper right, lower left, lower right
# How a camera held in each way stores what people see upright.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def talkative(turn: int = 1, kind: str = "JPEG") -> bytes:
    """A photo of four coloured corners with everything that a telephone writes into it."""
    image, file = upright(), io.BytesIO()
    if turn in STORED:
        image = image.transpose(STORED[turn])
    image.save(file, kind, exif=_exif(turn), icc_profile=_profile(), **_words(kind))
    return _with_iptc(file.getvalue()) if kind == "JPEG" else file.getvalue()


def thirty() -> list:
    """Uploads: every way of holding the camera three times, and the other kinds."""
    turned = [upload(f"IMG_{n}.jpg", talkative(n % 8 + 1)) for n in range(24)]
    others = [("PNG", "png", n) for n in (1, 6, 8)] + [("WEBP", "webp", n) for n in (1, 3, 6)]
    return turned + [upload(f"{n}.{end}", talkative(n, kind), f"image/{end}") for kind, end, n in others]


def upright() -> Image.Image:
    image = Image.new("RGB", (320, 200))
    for number, colour in enumerate(CORNERS):
        image.paste(Image.new("RGB", (160, 100), colour), (160 * (number % 2), 100 * (number // 2)))
    return image


def corners(data: bytes) -> list[str]:
    """The names of the colours in the corners, for a picture that is wider than high."""
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        if width <= height:
            return ["lies on its side"]
        places = [(x, y) for y in (height // 8, height * 7 // 8) for x in (width // 8, width * 7 // 8)]
        return [_nearest(image.getpixel(place)) for place in places]


def _nearest(pixel) -> str:
    known = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    return min(known, key=lambda name: sum((a - b) ** 2 for a, b in zip(known[name], pixel, strict=True)))


def _exif(turn: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = turn, "CANARY Telephone", "CANARY 9"
    exif[0x0132], exif[0x9286] = "2026:11:24 10:42:00", b"CANARY"
    exif.get_ifd(0x8825).update(GPS)
    exif.get_ifd(0x8769).update({0x927C: b"CANARY maker's note", 0xA430: "CANARY owner"})
    return exif.tobytes()


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _words(kind: str) -> dict:
    if kind != "PNG":
        return {
            "xmp": XMP,
            **({"comment": b"CANARY comment", "quality": 95} if kind == "JPEG" else {"lossless": True}),
        }
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "CANARY")
    words.add_itxt("XML:com.adobe.xmp", XMP.decode())
    words.add(b"tIME", b"\x07\xea\x0b\x18\x0a\x2a\x00")
    return {"pnginfo": words}


def _with_iptc(data: bytes) -> bytes:
    """And a small copy of the picture in a segment of its own, as telephones do."""
    small = io.BytesIO()
    upright().resize((16, 10)).save(small, "JPEG", comment=b"CANARY thumbnail")
    thumbnail = b"CANARY\0" + small.getvalue()
    segments = [(0xED, IPTC), (0xEA, thumbnail)]
    added = b"".join(bytes([0xFF, m]) + (len(body) + 2).to_bytes(2, "big") + body for m, body in segments)
    return data[:2] + added + data[2:]
