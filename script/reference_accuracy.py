#!/usr/bin/env python3
"""Accuracy of the float models under ONNX Runtime: what Linnet's own figures are compared with.

Fashion-MNIST: top-1 of the 10,000 test images. OCR: lines read exactly, and the character error
rate, of the 100 rendered lines. Recognition input: BGR, height 48 with the ratio kept (bilinear),
(pixel / 255 - 0.5) / 0.5, padded with zeros on the right to a width of at least 320. Spaces at the
ends of a line that was read (its margins) are dropped.
"""
import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from fashion_mnist_data import assets_folder, load_split

FASHION = Path(__file__).resolve().parents[1] / "tests" / "data" / "fashion_mnist.onnx"


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options)


def fashion_mnist(model, folder):
    runner = session(model)
    images, labels = load_split(folder, "t10k")
    hits = 0
    for part, truth in zip(np.split(images, 20), np.split(labels, 20)):
        scores = runner.run(None, {"image": part[:, None].astype(np.float32) / 255})[0]
        hits += int((scores.argmax(1) == truth).sum())
    return hits / len(labels)


def line_tensor(path):
    """One line of text as the recognizer's input [1,3,48,w]."""
    image = Image.open(path).convert("RGB")
    width = max(1, int(np.ceil(48 * image.width / image.height)))
    pixels = np.asarray(image.resize((width, 48), Image.BILINEAR), np.float32)[:, :, ::-1]
    tensor = np.zeros((1, 3, 48, max(320, width)), np.float32)
    tensor[0, :, :, :width] = (pixels / 255 - 0.5).transpose(2, 0, 1) / 0.5
    return tensor


def decode(scores, keys):
    """Greedy CTC: best class a step, repeats merged, blank (class 0) dropped."""
    best = scores.argmax(1)
    kept = [c for i, c in enumerate(best) if c != 0 and (i == 0 or c != best[i - 1])]
    return "".join(keys[c - 1] for c in kept).strip(" ")


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row, before = [i], row
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y)))
    return row[-1]


def save_tensors(assets, output):
    """Writes every line's input tensor, so that another runtime can be given the same numbers."""
    for name in ("ocr-lines", "ocr-calibrate"):
        folder = output / name
        folder.mkdir(parents=True, exist_ok=True)
        for image in sorted((assets / name).glob("*.png")):
            np.save(folder / f"{image.stem}.npy", line_tensor(image))


def ocr(assets, show):
    runner = session(assets / "ocr" / "ppocr_v4_rec.onnx")
    keys = (assets / "ocr" / "ppocr_keys_v1.txt").read_text(encoding="utf-8").split("\n")[:6623]
    keys.append(" ")
    exact, wrong, total = 0, 0, 0
    lines = (assets / "ocr-lines" / "truth.txt").read_text(encoding="utf-8").splitlines()
    for name, text in (line.split("\t") for line in lines):
        tensor = line_tensor(assets / "ocr-lines" / name)
        read = decode(runner.run(None, {runner.get_inputs()[0].name: tensor})[0][0], keys)
        exact += read == text
        wrong += edit_distance(read, text)
        total += len(text)
        if show and read != text:
            print(f"  {name}: read {read!r}, truth {text!r}")
    return exact, len(lines), wrong / total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true", help="show the lines that were misread")
    parser.add_argument("--tensors", type=Path, help="also write the OCR inputs here, as .npy")
    args = parser.parse_args()
    assets = assets_folder()
    if args.tensors:
        save_tensors(assets, args.tensors)
    print(f"Fashion-MNIST top-1: {fashion_mnist(FASHION, assets / 'fashion-mnist'):.4f}")
    exact, count, rate = ocr(assets, args.show)
    print(f"OCR exact lines: {exact} of {count}, character error rate {rate:.4f}")


if __name__ == "__main__":
    main()
