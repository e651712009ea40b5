#!/usr/bin/env python3
"""Makes the pictures in the documents from the real thing: a session on a terminal, and reports as a browser shows them.

    images.py COFFER FOLDER

terminal.svg is what the commands in SESSION show on a real terminal (terminal.py), interpreted by a terminal emulator (pyte) and drawn as text.
Its pace is ours: each command stands for a moment before its output does. tls-report.png and manifest-report.png are pages that Coffer wrote,
as Chromium draws them, in few colours. Random names and times are replaced as in the documents (transcript.py).
"""

import html
import os
import subprocess
import sys
import tempfile

import pyte
from PIL import Image, ImageChops

from terminal import Terminal
from transcript import Steady

SESSION = [
    "coffer init --seal keyfile:$HOME/coffer.key",
    "coffer key create --alias backups --tag team=ops",
    "coffer encrypt -k backups --context purpose=nightly photos.tar",
    "coffer verify photos.tar.age",
    "coffer key rotate backups && coffer rewrap photos.tar.age",
    "printf X | dd of=photos.tar.age bs=1 seek=3000000 conv=notrunc status=none",
    "coffer verify photos.tar.age",
    "coffer bucket create archive --versioning enabled --key backups",
    "coffer mfa enroll --name phone --uri phone.uri --recovery-codes codes.txt",
    "coffer bucket mfa-delete enable archive",
    "coffer cp photos/contract.pdf coffer://archive/contract.pdf",
    "coffer rm coffer://archive/contract.pdf",
    "coffer ls --versions coffer://archive/",
    "version=$(coffer ls --versions coffer://archive/ | awk 'NR == 2 {print $3}')",
    "coffer rm --version-id $version --mfa 'phone 000000' coffer://archive/contract.pdf",
    "coffer key create --alias audit-key --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY",
    "coffer manifest create photos -o photos.manifest --sign-with audit-key > created.txt",
    "printf X | dd of=photos/2026/IMG_0002.raw bs=1 seek=1000000 conv=notrunc status=none",
    "touch -d 2026-11-01T00:00:00Z photos/2026/IMG_0002.raw",
    "coffer manifest verify photos.manifest photos",
]

# What the reports are about: a copy that decays, and a server as it was twenty years ago.
REPORTS = {
    "manifest-report": [
        "coffer init --seal keyfile:$HOME/coffer.key",
        "coffer key create --alias audit-key --spec ECC_NIST_EDWARDS25519 --usage SIGN_VERIFY",
        "coffer manifest create photos -o photos.manifest --sign-with audit-key",
        "cp -a photos copy",
        "printf X | dd of=copy/2026/IMG_0002.raw bs=1 seek=1000000 conv=notrunc status=none",
        "touch -r photos/2026/IMG_0002.raw copy/2026/IMG_0002.raw",
        "truncate -s 700000 copy/2026/IMG_0003.raw",
        "mv copy/contract.pdf copy/elsewhere.pdf",
        "chmod 4755 copy/2026/IMG_0001.raw",
        "coffer manifest verify photos.manifest copy --html report.html",
    ],
    "tls-report": [
        "openssl req -x509 -newkey rsa:1024 -sha1 -nodes -keyout bad.key -out bad.pem -days 3650 -subj /CN=old.example 2>/dev/null",
        "openssl s_server -accept 127.0.0.1:8444 -cert bad.pem -key bad.key -cipher ALL:eNULL:@SECLEVEL=0 -serverpref -www -quiet "
        ">/dev/null 2>&1 </dev/null & trap 'kill %1 %2' EXIT",
        "for _ in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/8444) 2>/dev/null && break || sleep 0.1; done",
        "coffer tls scan 127.0.0.1:8444 --intrusive --grade --html report.html",
    ],
}

COLUMNS, ROWS = 112, 30
CELL_WIDTH, CELL_HEIGHT, MARGIN = 7.8, 17, 14
READ_COMMAND, READ_OUTPUT = 0.9, 1.5  # seconds
COLOURS = {
    "default": "#d8dee9", "black": "#6b7385", "red": "#f07178", "green": "#a3d977", "brown": "#f2c668", "blue": "#82aaff", "magenta": "#d69ae6",
    "cyan": "#7fd4e0", "white": "#ffffff",
}
PAGE_WIDTH, PAGE_HEIGHT, PALETTE = 1000, 1500, 64


def setup(terminal):
    output, status = terminal.run(f". {os.path.join(os.path.dirname(os.path.realpath(__file__)), 'transcript-setup.sh')}")
    if status:
        raise SystemExit(f"images: {output.decode()}")


def interpreted(text):
    """The lines that a terminal shows of a text, each as a list of (column, characters, colour, bold)."""
    screen = pyte.Screen(COLUMNS, 200)
    pyte.Stream(screen).feed(text.replace("\n", "\r\n"))
    lines = []
    for row in range(screen.cursor.y + (screen.cursor.x > 0)):
        runs = []
        for column in range(COLUMNS):
            cell = screen.buffer[row][column]
            style = (cell.fg.removeprefix("bright"), cell.bold)
            if runs and runs[-1][2:] == style:
                runs[-1] = (runs[-1][0], runs[-1][1] + cell.data, *style)
            else:
                runs.append((column, cell.data, *style))
        lines.append([(column, data.rstrip(), *style) for column, data, *style in runs if data.strip()])
    return lines


def recorded(coffer):
    """Lines with the second at which each appears."""
    lines, now = [], 0.3
    with Terminal(coffer, COLUMNS) as terminal:
        setup(terminal)
        steady = Steady(terminal.home)
        for command in SESSION:
            output, _ = terminal.run(command)
            lines += [(now, line) for line in interpreted(f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m\n")]
            shown = interpreted(steady.text(output).rstrip("\n") + "\n") if output.strip() else []
            lines += [(now + READ_COMMAND, line) for line in shown]
            now += READ_COMMAND + (READ_OUTPUT if shown else 0)
    return lines, now


def drawn(lines, end):
    """An SVG that plays once. Where nothing moves, it shows the end."""
    width, height = COLUMNS * CELL_WIDTH + 2 * MARGIN, ROWS * CELL_HEIGHT + 2 * MARGIN
    moments = sorted({moment for moment, _ in lines})
    hidden = max(0, len(lines) - ROWS)
    frames = [f"0%{{transform:translateY({0}px)}}"]
    for moment in moments:
        above = max(0, sum(at <= moment for at, _ in lines) - ROWS)
        frames.append(f"{100 * moment / end:.2f}%{{transform:translateY({-above * CELL_HEIGHT}px)}}")
    frames.append(f"100%{{transform:translateY({-hidden * CELL_HEIGHT}px)}}")
    delays = "".join(f".t{index}{{animation-duration:{moment:.1f}s}}" for index, moment in enumerate(moments))
    style = (
        f"text{{font:13px 'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}}.b{{font-weight:bold}}"
        f"@keyframes wait{{from,to{{visibility:hidden}}}}g g{{animation:wait 0s step-end}}{delays}"
        f"@keyframes scroll{{{''.join(frames)}}}"
        f".scroll{{transform:translateY({-hidden * CELL_HEIGHT}px);animation:scroll {end:.1f}s step-end}}"
        "@media(prefers-reduced-motion){g,g g{animation:none}}")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" role="img">',
        f"<title>A session with coffer</title><style>{style}</style>",
        f'<rect width="100%" height="100%" rx="8" fill="#1d2330"/><svg x="{MARGIN}" y="{MARGIN}" width="{COLUMNS * CELL_WIDTH:.0f}" '
        f'height="{ROWS * CELL_HEIGHT}"><g class="scroll">',
    ]
    for row, (moment, line) in enumerate(lines):
        texts = "".join(
            f'<text x="{column * CELL_WIDTH:.1f}" y="{row * CELL_HEIGHT + 13}" textLength="{len(data) * CELL_WIDTH:.1f}" '
            f'fill="{COLOURS[colour]}"{" class=" + chr(34) + "b" + chr(34) if bold else ""}>{html.escape(data)}</text>'
            for column, data, colour, bold in line)
        parts.append(f'<g class="t{moments.index(moment)}">{texts}</g>')
    return "\n".join(parts) + "\n</g></svg></svg>\n"


def photographed(page, target):
    """The page as Chromium draws it, without the empty rest below it."""
    with tempfile.TemporaryDirectory(prefix="coffer-images-") as profile:
        command = [
            "chromium", "--headless", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}", "--force-device-scale-factor=1",
            f"--window-size={PAGE_WIDTH},{PAGE_HEIGHT}", f"--screenshot={profile}/page.png", f"file://{page}"]
        # Chromium's sandbox does not run as root; the page is ours and loads nothing.
        command[2:2] = ["--no-sandbox"] if os.getuid() == 0 else []
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        image = Image.open(f"{profile}/page.png").convert("RGB")
    empty = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    bottom = ImageChops.difference(image, empty).getbbox()[3]
    image.crop((0, 0, image.width, min(image.height, bottom + 24))).quantize(PALETTE, dither=Image.Dither.NONE).save(target, optimize=True)


def main(coffer, folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "terminal.svg"), "w", encoding="utf-8") as file:
        file.write(drawn(*recorded(coffer)))
    for name, commands in REPORTS.items():
        with Terminal(coffer, COLUMNS) as terminal:
            setup(terminal)
            for command in commands:
                output, status = terminal.run(command)
            page = os.path.join(terminal.home, "report.html")
            if not os.path.exists(page):
                raise SystemExit(f"images: there is no report; {command!r} ended with {status} and showed {output.decode()}")
            photographed(page, os.path.join(folder, f"{name}.png"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
