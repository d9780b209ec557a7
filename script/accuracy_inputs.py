#!/usr/bin/env python3
"""Writes the tensors that script/demo calibrates with and script/accuracy measures with.

<assets>/tensors/<network>/calibrate/NAME.npy   calibration samples
<assets>/tensors/<network>/test/NAME.npy        inputs to measure with; never a picture of the former
<assets>/tensors/fashion_mnist/{images,labels}.npy  the 10,000 test images, u8 [10000,28,28], and their classes
<assets>/tensors/<network>/expected/NAME.I.npy  ONNX Runtime's output I for the first 20 (with --expected)

Photographs are cut to a square in the middle. The detector's calibration pages are rendered lines
(script/make_ocr_lines.py) on photographs. Nothing is written again that is there, unless --force.
Needs: script/models, and for OCR script/make_ocr_lines.py.
"""
import argparse
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from fashion_mnist_data import assets_folder, load_split
from networks import DATA, NETWORKS, onnx_file

TEST_PHOTOS = ["astronaut.png", "coffee.png", "chelsea.png", "dog.jpg", "horses.jpg"]
CALIBRATION_PHOTOS = ["person.jpg", "scream.jpg", "eagle.jpg", "giraffe.jpg", "kite.jpg",
                      "camera.png", "motorcycle_left.png", "rocket.jpg"]
TEXT_PICTURES = ["photos/page.png", str(DATA / "sign.png")]


def square(path, size, part=(0.5, 0.5), share=1.0):
    """A square of the picture, as [size, size, 3], 0 ... 255. `part` is where: (0, 0) upper left."""
    image = Image.open(path).convert("RGB")
    side = share * min(image.size)
    left, top = (part[0] * (image.width - side), part[1] * (image.height - side))
    box = (left, top, left + side, top + side)
    return np.asarray(image.resize((size, size), Image.BILINEAR, box), np.float32)


def calibration_squares(assets, size):
    """The whole middle square of every photograph, and four closer looks."""
    for name in CALIBRATION_PHOTOS:
        path = assets / "photos" / name
        yield f"{Path(name).stem}_all", square(path, size)
        for i, part in enumerate([(0.1, 0.1), (0.9, 0.1), (0.5, 0.5), (0.5, 0.9)]):
            yield f"{Path(name).stem}_{i}", square(path, size, part, 0.5)


def photo_network(assets, size, scale):
    calibrate = [(name, scale(pixels)) for name, pixels in calibration_squares(assets, size)]
    test = [(Path(n).stem, scale(square(assets / "photos" / n, size))) for n in TEST_PHOTOS]
    return calibrate, test


def blazeface(assets, size):
    return photo_network(assets, size, lambda p: (p / 127.5 - 1)[None])


def efficientnet(assets):
    return photo_network(assets, 224, lambda p: ((p - 127) / 128).transpose(2, 0, 1)[None])


def detection_tensor(image):
    """As examples/read-text does: short side 384 at least, multiples of 32, BGR."""
    scale = max(1, 384 / min(image.size))
    size = [max(32, round(side * scale / 32) * 32) for side in image.size]
    pixels = np.asarray(image.resize(size, Image.BICUBIC), np.float32)[:, :, ::-1] / 255
    scaled = (pixels - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    return scaled.transpose(2, 0, 1)[None].astype(np.float32)


def make_page(assets, lines, index):
    """Rendered lines at random places of a photograph."""
    rng = np.random.default_rng(index)
    name = CALIBRATION_PHOTOS[index % len(CALIBRATION_PHOTOS)]
    width, height = [(640, 448), (448, 640), (768, 384)][index % 3]
    page = Image.open(assets / "photos" / name).convert("RGB").resize((width, height))
    y = int(rng.integers(5, 40))
    while y < height - 60:
        line = Image.open(lines[rng.integers(len(lines))]).convert("RGB")
        page.paste(line, (int(rng.integers(0, max(1, width - line.width))), y))
        y += line.height + int(rng.integers(5, 60))
    return page


def text_detection(assets):
    lines = sorted((assets / "ocr-calibrate").glob("*.png"))
    calibrate = [(f"page_{i:02}", detection_tensor(make_page(assets, lines, i))) for i in range(12)]
    test = [(Path(p).stem, detection_tensor(Image.open(assets / p).convert("RGB")))
            for p in TEXT_PICTURES]
    return calibrate, test


def line_tensor(image, height=48, width=None):
    """BGR, (value / 255 - 0.5) / 0.5, zeros at the right up to 320 columns, or to `width`."""
    columns = max(1, int(np.ceil(height * image.width / image.height)))
    columns = min(columns, width or columns)
    pixels = np.asarray(image.resize((columns, height), Image.BILINEAR), np.float32)[:, :, ::-1]
    tensor = np.zeros((1, 3, height, width or max(320, columns)), np.float32)
    tensor[0, :, :, :columns] = (pixels / 255 - 0.5).transpose(2, 0, 1) / 0.5
    return tensor


def text_lines(assets, convert):
    return tuple([(path.stem, convert(Image.open(path).convert("RGB"), i))
                  for i, path in enumerate(sorted((assets / name).glob("*.png")))]
                 for name in ("ocr-calibrate", "ocr-lines"))


def text_direction(assets):
    """Every other line stands on its head."""
    def convert(image, i):
        return line_tensor(image.rotate(180) if i % 2 else image, 48, 192)
    calibrate, test = text_lines(assets, convert)
    return calibrate, test[:20]


def tensors(network, assets):
    if network.startswith("blazeface"):
        return blazeface(assets, 128 if network.endswith("front") else 256)
    return {"efficientnet_lite0": efficientnet,
            "ppocr_det": text_detection,
            "ppocr_rec": lambda a: text_lines(a, lambda image, _: line_tensor(image)),
            "ppocr_cls": text_direction}[network](assets)


def save(folder, samples):
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in samples:
        np.save(folder / f"{name}.npy", np.ascontiguousarray(values, np.float32))


def save_expected(model, folder):
    import onnxruntime  # only here: the demo does without
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    runner = onnxruntime.InferenceSession(str(model), options)
    (folder / "expected").mkdir(exist_ok=True)
    for path in sorted((folder / "test").glob("*.npy"))[:20]:
        outputs = runner.run(None, {runner.get_inputs()[0].name: np.load(path)})
        for i, values in enumerate(outputs):
            np.save(folder / "expected" / f"{path.stem}.{i}.npy", values.astype(np.float32))


def save_fashion_mnist(assets):
    folder = assets / "tensors" / "fashion_mnist"
    folder.mkdir(parents=True, exist_ok=True)
    images, labels = load_split(assets / "fashion-mnist", "t10k")
    np.save(folder / "images.npy", images)
    np.save(folder / "labels.npy", labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help=", ".join(NETWORKS))
    parser.add_argument("--expected", action="store_true", help="also ONNX Runtime's outputs")
    parser.add_argument("--force", action="store_true", help="write again what is there")
    args = parser.parse_args()
    assets = assets_folder()
    unknown = [n for n in args.networks if n not in NETWORKS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(NETWORKS)}")
    if not args.networks:
        save_fashion_mnist(assets)
    for network in args.networks or NETWORKS:
        folder = assets / "tensors" / network
        if args.force:
            shutil.rmtree(folder, ignore_errors=True)
        if not (folder / "complete").is_file():
            calibrate, test = tensors(network, assets)
            save(folder / "calibrate", calibrate)
            save(folder / "test", test)
            (folder / "complete").touch()
        if args.expected and not (folder / "expected").is_dir():
            save_expected(onnx_file(network), folder)
        print(f"{network}: tensors in {folder}")


if __name__ == "__main__":
    main()
