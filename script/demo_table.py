#!/usr/bin/env python3
"""The second half of script/demo: converts the networks, runs the examples with them, prints one table.

Exit code 1 if a network gave a wrong answer in any precision.
"""
import argparse
import difflib
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from fashion_mnist_data import LABELS, assets_folder
from networks import DATA, PRECISIONS, convert_command, run

PAGE = ["Region-based segmentation",
        "Let us first determine markers of the coins and the",
        "background. These markers are pixels that we can label",
        "unambiguously as either object or background. Here,",
        "the markers are found at the two extreme parts of the",
        "histogram of grey values:",
        ">>> markers = np.zeros_like(coins)"]
ASTRONAUT = (178, 68, 272, 162)  # where the face is
PHOTOGRAPHS = {"coffee.png": ("espresso", "cup", "coffee mug", "eggnog"),
               "chelsea.png": ("tabby", "tiger cat", "Egyptian cat", "lynx"),
               "dog.jpg": ("malamute", "Siberian husky", "Eskimo dog", "mountain bike",
                           "bicycle-built-for-two", "Cardigan", "dogsled")}


class Demo:
    def __init__(self, args):
        self.args = args
        self.rows = []
        self.wrong = 0

    def example(self, name, *arguments):
        return run([self.args.examples / name / name, *arguments])

    def convert(self, network):
        """One .lnt for each precision."""
        models = {}
        for precision in PRECISIONS:
            models[precision] = self.args.output / f"{network}_{precision}.lnt"
            run(convert_command(self.args.linnet, network, precision, models[precision]))
        return models

    def add(self, network, precision, model, answer, good, shape=None):
        options = ["--input-shape", f"x={shape}"] if shape else []
        bench = json.loads(run([self.args.linnet, "bench", model, "--seconds", "0.7", "--json", *options]))
        self.wrong += not good
        self.rows.append((network, precision, answer + ("" if good else "  WRONG"),
                          f"{model.stat().st_size / 1e6:.2f} MB", f"{bench['median_ms']:.2f}",
                          f"{bench['peak_memory_mb']:.0f} MB"))
        print(f"  {network} {precision}: {self.rows[-1][2]}", flush=True)

    def print_table(self):
        head = ("network", "weights", "answer", "file", "median ms", "peak memory")
        widths = [max(len(row[i]) for row in [head, *self.rows]) for i in range(len(head))]
        print()
        last = None
        for row in [head, tuple("-" * w for w in widths), *self.rows]:
            shown = ("" if row[0] == last else row[0], *row[1:])
            last = row[0]
            print("  ".join(c.rjust(w) if i > 2 else c.ljust(w)
                            for i, (c, w) in enumerate(zip(shown, widths))).rstrip())
        print("\nint8: weights and activations, calibrated on other data; int4: weights, blocks of 32, biases "
              "corrected on the same data.")


def fashion_mnist(demo, images, labels):
    models = demo.convert("fashion_mnist")
    labels_file = demo.args.output / "fashion_labels.txt"
    labels_file.write_text("".join(f"{label}\n" for label in LABELS))
    picture = demo.args.output / "fashion_bag.png"
    Image.fromarray(images[list(labels).index(8)]).save(picture)
    reference = None
    for precision, model in models.items():
        hits = 0
        for first in range(0, len(images), 1000):
            part = images[first:first + 1000, None].astype(np.float32) / 255
            np.save(demo.args.output / "batch.npy", part)
            run([demo.args.linnet, "run", model, "--input", demo.args.output / "batch.npy", "--output-dir",
                 demo.args.output / "scores"])
            scores = np.load(demo.args.output / "scores" / "scores.npy")
            hits += int((scores.argmax(1) == labels[first:first + 1000]).sum())
        share = 100 * hits / len(images)
        reference = share if reference is None else reference
        best = demo.example("classify", model, labels_file, picture).splitlines()[0].split(" ", 1)[1]
        demo.add("Fashion-MNIST", precision, model, f"{share:.2f} % of {len(images):,} right; a {best.lower()}",
                 share > reference - 2 and best == "Bag")


def overlap(a, b):
    def area(box):
        return max(0, box[2] - box[0]) * max(0, box[3] - box[1])
    common = area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
    return common / (area(a) + area(b) - common)


def faces(demo, which, assets):
    network = f"blazeface_{which}"
    models = demo.convert(network)
    for precision, model in models.items():
        found = demo.example("detect-faces", model, assets / "photos" / "astronaut.png", "-o",
                             demo.args.output / f"faces_{which}_{precision}.png").splitlines()
        boxes = [[float(v) for v in line.split()] for line in found]
        answer = "; ".join(f"face {b[0]:.2f} at {b[1]:.0f},{b[2]:.0f} to {b[3]:.0f},{b[4]:.0f}" for b in boxes)
        good = len(boxes) == 1 and overlap(boxes[0][1:], ASTRONAUT) > 0.5
        demo.add(f"BlazeFace {which}", precision, model, answer or "no face", good)


def similarity(found, truth):
    """Share of characters that agree, spaces aside."""
    a, b = ("".join(lines).replace(" ", "") for lines in (found, truth))
    return 100 * difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def text(demo, assets, sign):
    det, rec, cls = (demo.convert(name) for name in ("ppocr_det", "ppocr_rec", "ppocr_cls"))
    turned = demo.args.output / "page_turned.png"
    Image.open(assets / "photos" / "page.png").rotate(180).save(turned)

    def read(precision, picture, *options):
        lines = demo.example("read-text", det[precision], rec[precision], assets / "ocr" / "ppocr_keys_v1.txt",
                             picture, "-o", demo.args.output / f"text_{picture.stem}_{precision}.png", *options)
        return [line.split(" ", 1)[1] for line in lines.splitlines()]

    truth = (DATA / "sign.txt").read_text().splitlines()
    results = {}
    for precision in PRECISIONS:
        page = read(precision, assets / "photos" / "page.png")
        board = read(precision, sign)
        upside_down = read(precision, turned, "--direction", cls[precision])[::-1]
        results[precision] = page, board, upside_down
        (demo.args.output / f"text_{precision}.txt").write_text("\n".join([*page, "", *board]) + "\n")
    for precision, (page, board, _) in results.items():
        demo.add("PP-OCRv4 detection", precision, det[precision],
                 f"page {len(page)} of {len(PAGE)} lines, sign {len(board)} of {len(truth)}",
                 len(page) == len(PAGE) and len(board) == len(truth), "1,3,384,768")
    for precision, (page, board, _) in results.items():
        shares = similarity(page, PAGE), similarity(board, truth)
        demo.add("PP-OCRv4 recognition", precision, rec[precision],
                 f"page {shares[0]:.1f} % of characters, sign {shares[1]:.1f} %", min(shares) >= 95, "1,3,48,640")
    for precision, (_, _, upside_down) in results.items():
        share = similarity(upside_down, PAGE)
        demo.add("PP-OCRv2 direction", precision, cls[precision], f"page upside down: {share:.1f} % of characters",
                 share >= 90, "1,3,48,192")
    print("\nWhat int8 reads:\n  " + "\n  ".join([*results["int8"][0], *results["int8"][1]]) + "\n")


def photographs(demo, assets):
    models = demo.convert("efficientnet_lite0")
    for precision, model in models.items():
        answers, good = [], True
        for name, right in PHOTOGRAPHS.items():
            best = demo.example("classify", model, assets / "imagenet" / "labels.txt", assets / "photos" / name,
                                "--crop", "0.875").splitlines()[0].split(" ", 1)
            answers.append(f"{best[1]} {best[0]}")
            good &= best[1] in right
        demo.add("EfficientNet-Lite0", precision, model, "; ".join(answers), good)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--linnet", type=Path, required=True, help="the command")
    parser.add_argument("--examples", type=Path, required=True, help="folder of the built examples")
    parser.add_argument("--output", type=Path, required=True, help="folder for models and pictures")
    parser.add_argument("--offline", action="store_true", help="only the committed network")
    args = parser.parse_args()
    demo = Demo(args)
    assets = assets_folder()
    if args.offline:
        committed = np.load(DATA / "fashion_mnist_200.npz")
        fashion_mnist(demo, committed["images"], committed["labels"])
    else:
        folder = assets / "tensors" / "fashion_mnist"
        fashion_mnist(demo, np.load(folder / "images.npy"), np.load(folder / "labels.npy"))
        faces(demo, "front", assets)
        faces(demo, "back", assets)
        text(demo, assets, DATA / "sign.png")
        photographs(demo, assets)
    demo.print_table()
    if demo.wrong:
        print(f"\n{demo.wrong} answers are wrong")
    return 1 if demo.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
