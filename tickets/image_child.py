"""The child process that decodes a stranger's picture: `python image_child.py KIND WIDTH HEIGHT`, bytes in, bytes out.

It imports nothing of ours and limits its own memory and time before anything else, so that a picture made to harm
can harm only this process. What comes out is always a new JPEG: the picture upright, in sRGB, on white, at most 2048
pixels long, and a small one beside it; nothing else of the file is left. Without one the exit status is not 0.
"""

import io
import resource
import sys

# All of the process, libraries included: what is resident can never be more.
MEMORY = 288 * 1024 * 1024
CPU_SECONDS = 10


def limit() -> None:
    """Memory, time, no file to write, no core left behind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(nothing, (0, 0))


if __name__ == "__main__":
    limit()

# After the limits, so that they hold while the libraries are loaded too.
from PIL import Image, ImageCms  # noqa: E402

UNREADABLE = 3
SIDE, SMALL_SIDE = 2048, 480
QUALITY, SMALL_QUALITY = 85, 80
ROWS = 64
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def main(kind: str, width: int, height: int) -> int:
    """The exit status; the pictures go to standard output behind one line that says how large they are."""
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=[kind]) as image:
            if image.size != (width, height):
                return UNREADABLE
            large = upright(image)
        small = large.copy()
        small.thumbnail((SMALL_SIDE, SMALL_SIDE))
        pictures = _jpeg(large, QUALITY), _jpeg(small, SMALL_QUALITY)
    except Exception:
        return UNREADABLE  # whatever a broken or oversized file makes of the decoder
    sizes = *large.size, *map(len, pictures)
    sys.stdout.buffer.write(" ".join(map(str, sizes)).encode() + b"\n" + b"".join(pictures))
    sys.stdout.buffer.flush()
    return 0


def upright(image: Image.Image) -> Image.Image:
    """The first frame as people saw it through the camera, without anything that came with it."""
    longest = max(image.size)
    # JPEG decodes a half, a quarter or an eighth for a fraction of the memory.
    image.draft("RGB", (max(1, image.width * SIDE // longest), max(1, image.height * SIDE // longest)))
    image.load()
    turn, profile = TURNS.get(_orientation(image)), image.info.get("icc_profile")
    is_colour = image.mode == "RGB"
    flat = _flat(image)
    flat.thumbnail((SIDE, SIDE))
    if profile and is_colour:
        flat = _in_srgb(flat, profile)
    return flat if turn is None else flat.transpose(turn)


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:
        return 1  # broken notes about a picture are no reason to refuse it


def _flat(image: Image.Image) -> Image.Image:
    """RGB on white, already reduced by a whole factor; strip by strip, or a copy would double the memory."""
    factor = max(1, max(image.size) * 2 // (SIDE * 3))
    flat = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)), "white")
    step = ROWS * factor
    for top in range(0, image.height, step):
        strip = image.crop((0, top, image.width, min(top + step, image.height)))
        flat.paste(_on_white(strip).reduce(factor), (0, top // factor))
    return flat


def _on_white(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I;16"):
        strip = strip.point(lambda value: value * (1 / 256)).convert("L")
    if "A" in strip.mode or "transparency" in strip.info:
        strip = strip.convert("RGBA")
        white = Image.new("RGB", strip.size, "white")
        white.paste(strip, mask=strip.getchannel("A"))
        return white
    return strip.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Phones take pictures in wider colours; a broken profile is left aside."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except Exception:
        return image
    converted.info.clear()
    return converted


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
