#!/usr/bin/env python3
"""Renders 100 lines of English words with known text, and a sign, for the OCR checks.

Lines: <assets>/ocr-lines/line_000.png ... with truth.txt (file name, tab, text). One to four
words of Debian's word list; DejaVu and Liberation fonts, 11 to 40 pixels; dark on light or light
on dark, some with a gradient, noise or blur: hard enough that the float network misreads a few.
Seeded: the same packages give the same pixels.
Calibration: <assets>/ocr-calibrate, 32 lines in the same way from another seed.
Sign: tests/data/sign.png with sign.txt, the lines from top to bottom.
Needs: script/models words fonts-dejavu fonts-liberation, and pillow, numpy.
"""
import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from fashion_mnist_data import assets_folder

# Folder inside the assets folder, lines, seed.
SETS = [("ocr-lines", 100, 20), ("ocr-calibrate", 32, 21)]
SIGN = ["LIBRARY", "Open Monday to Friday", "9:30 - 18:00", "Please keep quiet"]
SIGN_FILE = Path(__file__).resolve().parents[1] / "tests" / "data" / "sign.png"


def read_words(path):
    words = path.read_text(encoding="utf-8").split()
    return [w for w in words if w.isascii() and w.isalpha() and 3 <= len(w) <= 11]


def make_text(words, rng):
    chosen = [words[i] for i in rng.integers(0, len(words), rng.integers(1, 5))]
    style = rng.integers(0, 7)
    if style == 0:
        chosen = [w.upper() for w in chosen]
    elif style == 1:
        chosen = [w.capitalize() for w in chosen]
    elif style == 2:
        chosen.append(str(rng.integers(10, 10000)))
    elif style == 3:
        chosen[-1] += rng.choice([".", ",", "!", "?", ":"])
    elif style == 4:
        chosen.append(f"${rng.integers(1, 500)}.{rng.integers(0, 100):02}")
    return " ".join(chosen)


def draw_line(text, font, rng):
    left, top, right, bottom = font.getbbox(text)
    margin = rng.integers(4, 12, 4)
    width, height = right - left + margin[0] + margin[2], bottom - top + margin[1] + margin[3]
    light, dark = rng.integers(150, 256, 3), rng.integers(0, 110, 3)
    paper, ink = (light, dark) if rng.random() < 0.75 else (dark, light)
    pixels = np.broadcast_to(paper.astype(np.float32), (height, width, 3)).copy()
    if rng.random() < 0.4:  # a gradient across the line
        pixels += np.linspace(-1, 1, width)[None, :, None] * rng.uniform(-25, 25)
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    place = (int(margin[0] - left), int(margin[1] - top))
    ImageDraw.Draw(image).text(place, text, font=font, fill=tuple(int(v) for v in ink))
    if rng.random() < 0.35:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.3))))
    if rng.random() < 0.4:
        noise = rng.normal(0, rng.uniform(2, 20), (height, width, 3))
        image = Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))
    return image


def make_lines(folder, count, seed, words, fonts):
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    truth = []
    for i in range(count):
        font = ImageFont.truetype(fonts[rng.integers(len(fonts))], int(rng.integers(11, 41)),
                                  layout_engine=ImageFont.Layout.BASIC)
        text = make_text(words, rng)
        draw_line(text, font, rng).save(folder / f"line_{i:03}.png")
        truth.append(f"line_{i:03}.png\t{text}\n")
    (folder / "truth.txt").write_text("".join(truth), encoding="utf-8")


def make_sign(path, fonts):
    """White letters on a green board on a grey wall, 640 x 420."""
    image = Image.new("RGB", (640, 420), (148, 150, 146))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((40, 40, 600, 380), 24, fill=(16, 92, 60), outline=(235, 240, 235),
                           width=5)
    for text, size, y, name in zip(SIGN, (56, 34, 40, 32), (72, 164, 232, 308),
                                   ("Sans-Bold", "Sans-Regular", "Sans-Bold", "Sans-Regular")):
        font = ImageFont.truetype(fonts / f"Liberation{name}.ttf", size,
                                  layout_engine=ImageFont.Layout.BASIC)
        draw.text(((640 - draw.textlength(text, font=font)) / 2, y), text, font=font,
                  fill=(245, 248, 245))
    image.save(path, optimize=True)
    path.with_suffix(".txt").write_text("".join(t + "\n" for t in SIGN))


def main():
    assets = assets_folder()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=assets,
                        help="folder that gets ocr-lines and ocr-calibrate")
    parser.add_argument("--sign", type=Path, default=SIGN_FILE)
    args = parser.parse_args()
    fonts = sorted((assets / "fonts").glob("*.ttf"))
    words = assets / "words" / "american-english"
    if len(fonts) < 18 or not words.is_file():
        parser.error("run script/models words fonts-dejavu fonts-liberation first")
    for name, count, seed in SETS:
        make_lines(args.output / name, count, seed, read_words(words), fonts)
    make_sign(args.sign, assets / "fonts")
    print(f"wrote {', '.join(name for name, *_ in SETS)} in {args.output}, and {args.sign}")


if __name__ == "__main__":
    main()
