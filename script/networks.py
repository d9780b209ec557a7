"""The real networks that scripts fetch and convert, and how (examples/recipes)."""
import subprocess
from pathlib import Path

from fashion_mnist_data import assets_folder

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "data"
RECIPES = ROOT / "examples" / "recipes"
# Name -> ONNX file in the assets folder.
NETWORKS = {
    "blazeface_front": "blazeface/blazeface_front.onnx",
    "blazeface_back": "blazeface/blazeface_back.onnx",
    "efficientnet_lite0": "efficientnet-lite0/efficientnet_lite0.onnx",
    "ppocr_det": "ocr/ppocr_v4_det.onnx",
    "ppocr_rec": "ocr/ppocr_v4_rec.onnx",
    "ppocr_cls": "ocr/ppocr_v2_cls.onnx",
}
# Name -> options of `linnet convert`.
PRECISIONS = {"float": [], "int8": ["--weights", "int8", "--activations", "int8"],
              "int4": ["--weights", "int4"]}


def onnx_file(network):
    """The committed network, or one that script/models fetched."""
    if network == "fashion_mnist":
        return DATA / "fashion_mnist.onnx"
    return assets_folder() / NETWORKS[network]


def calibration_data(network):
    """What script/accuracy_inputs.py wrote, or the committed samples."""
    if network == "fashion_mnist":
        return DATA / "fashion_mnist_calibrate.npy"
    return assets_folder() / "tensors" / network / "calibrate"


def convert_command(linnet, network, precision, target):
    recipe = RECIPES / f"{network}_{precision}.json"
    recipe = recipe if recipe.is_file() else RECIPES / f"{network}.json"
    data = [] if precision == "float" else ["--calibrate", calibration_data(network)]
    return [linnet, "convert", onnx_file(network), "-o", target, *PRECISIONS[precision], *data,
            "--recipe", recipe]


def run(command):
    """Standard output of a command; ends the program with what it complained about."""
    command = [str(c) for c in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr}")
    return done.stdout
