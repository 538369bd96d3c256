"""Programs that no Python package brings: asks apt for them, only as root on a Debian-like system."""

import os
import shutil
import subprocess

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def install(*packages: str) -> bool:
    """Says what it does; False where apt is not ours to use or fails."""
    if os.getuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"正在用 apt 安装 {' '.join(packages)}（加 --no-system 可禁止）…", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    command = [*apt, "install", "-y", "--no-install-recommends", *packages]
    for step in ([*apt, "update"], command):
        done = subprocess.run(step, env=quiet, stdout=subprocess.DEVNULL)
    if done.returncode:
        print(f"apt 没有装上 {' '.join(packages)}。", flush=True)
    return done.returncode == 0


def find(*names: str) -> str:
    return next(filter(None, map(shutil.which, names)), "")


def bring(names: tuple[str, ...], package: str, *, may_install: bool) -> str:
    """The path of the first of these programs, installed if that is allowed and possible."""
    if not find(*names) and may_install:
        install(package)
    return find(*names)


def bring_chinese_font(*, may_install: bool) -> None:
    """Screenshots without one show empty boxes."""
    listing = subprocess.run(["fc-list", ":lang=zh"], capture_output=True) if find("fc-list") else None
    if may_install and not (listing and listing.stdout.strip()):
        install("fontconfig", "fonts-wqy-microhei")
