"""The engines of script/bench --peers: how each gets its model, is timed, and answers.

An engine has schemes, the precisions that it is timed at; matmul_missing says why it lacks one
that others have. A case (cases.py) is one network or one chain of matrix multiplications.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np

from engine_process import EngineError, last_words, run

HERE = Path(__file__).resolve().parent
CONVERT_SECONDS, SPARE_SECONDS = 900, 180


def fresh(target, *sources):
    """Whether the file exists and is younger than what it is made from."""
    return target.is_file() and all(
        target.stat().st_mtime > s.stat().st_mtime for s in sources if s)


class Engine:
    name = title = ""
    network_schemes = matmul_schemes = ()
    matmul_missing = {}       # scheme -> reason
    hidden_by_library = True  # AVX2 rows: the library of mask_cpuid.cpp, or a way of its own
    answer_suffix = ".npy"

    def __init__(self, programs, models):
        self.programs, self.models = programs, models

    def schemes(self, matmul):
        return self.matmul_schemes if matmul else self.network_schemes

    def prepare(self, case, scheme):
        """Writes the model of a case if need be; returns its path."""
        raise NotImplementedError

    def command(self, case, scheme, threads, seconds, isa, output):
        raise NotImplementedError

    def read_answer(self, path):
        return np.load(path)

    def preload(self, isa):
        if isa != "avx2" or not self.hidden_by_library:
            return None
        if not self.programs.hide:
            raise EngineError("this build has no library that hides AVX-512")
        return self.programs.hide

    def time(self, case, scheme, threads, seconds, isa, output=None):
        """{median_ms, min_ms, runs, …} of one process."""
        command = self.command(case, scheme, threads, seconds, isa, output)
        return json.loads(last_words(run(command, seconds + SPARE_SECONDS, self.preload(isa))))

    def answer(self, case, scheme, isa):
        """The engine's result for the case's input."""
        path = self.models / f"answer{self.answer_suffix}"
        path.unlink(missing_ok=True)
        self.time(case, scheme, 1, 0, isa, path)
        return self.read_answer(path).ravel().astype(np.float64)


class PythonEngine(Engine):
    """An engine with a timing script <name>_network.py and a script that writes its models."""
    suffix = ""
    writer = None          # None: the model is the ONNX file
    writer_schemes = {}    # our scheme -> the writer's, if it is called otherwise there
    takes_quantized = False

    def prepare(self, case, scheme):
        target = self.models / f"{case.name}_{self.name}_{scheme}{self.suffix}"
        script = HERE / self.writer
        if not fresh(target, case.made_from, script, HERE / "network_layers.py"):
            target.unlink(missing_ok=True)
            quantized = ["--quantized", case.quantized()] if (
                self.takes_quantized and case.has_quantized and scheme != "f32") else []
            run([sys.executable, script, case.onnx(), "--scheme", self.scheme_for(case, scheme),
                 "-o", target, *quantized], CONVERT_SECONDS)
        return target

    @staticmethod
    def scheme_for(case, scheme):
        return "int8_dynamic" if scheme == "int8" and case.matmul else scheme

    def command(self, case, scheme, threads, seconds, isa, output):
        command = [sys.executable, HERE / f"{self.name}_network.py", self.prepare(case, scheme),
                   "--threads", threads, "--seconds", seconds, "--input", case.input()]
        return command + (["--output", output] if output else [])


class OnnxRuntime(PythonEngine):
    name, title = "onnxruntime", "ONNX Runtime"
    network_schemes = ("f32", "int8")
    matmul_schemes = ("f32", "int8", "int4_32", "int4_128")

    def prepare(self, case, scheme):
        if not case.matmul:
            return case.quantized() if scheme == "int8" else case.onnx()
        return case.chain(self.scheme_for(case, scheme))


class LiteRt(PythonEngine):
    name, title, suffix, writer = "litert", "LiteRT (XNNPACK)", ".tflite", "litert_model.py"
    network_schemes = ("f32", "int8")
    matmul_schemes = ("f32", "int8", "int4_32", "int4_128", "int4_channel")
    takes_quantized = True


class Ncnn(PythonEngine):
    name, title, suffix, writer = "ncnn", "ncnn", ".param", "ncnn_model.py"
    network_schemes = ("f32", "int8")
    matmul_schemes = ("f32", "int8", "int4_32", "int4_128")
    takes_quantized = True
    matmul_missing = {scheme: "its fully connected layers take int8 with fixed activation scales "
                      "alone, and no int4" for scheme in ("int8", "int4_32", "int4_128")}


class Mnn(PythonEngine):
    name, title, suffix, writer = "mnn", "MNN", ".mnn", "mnn_model.py"
    network_schemes = ("f32", "int8")
    matmul_schemes = ("f32", "int8", "int4_32", "int4_128")
    matmul_missing = {scheme: "its Python package turns stored int8 and int4 weights into float "
                      "when it loads them, so that they run as its f32 row does"
                      for scheme in ("int8", "int4_32", "int4_128")}


class Linnet(Engine):
    name, title = "linnet", "Linnet"
    network_schemes = ("f32", "int8", "int4")
    matmul_schemes = ("f32", "int8", "int4_32", "int4_128")
    hidden_by_library = False
    options = {"f32": ["--weights", "f32"], "int8": ["--weights", "int8"],
               "int4": ["--weights", "int4"], "int4_32": ["--weights", "int4", "--block", "32"],
               "int4_128": ["--weights", "int4", "--block", "128"]}

    def prepare(self, case, scheme):
        target = self.models / f"{case.name}_{scheme}.lnt"
        if not fresh(target, case.made_from, self.programs.linnet):
            target.unlink(missing_ok=True)
            from_qdq = scheme == "int8" and case.has_quantized
            source = case.quantized() if from_qdq else case.onnx()
            run([self.programs.linnet, "convert", source, "-o", target,
                 *([] if from_qdq else self.options[scheme])], CONVERT_SECONDS)
        return target

    def command(self, case, scheme, threads, seconds, isa, output):
        return [self.programs.linnet, "bench", self.prepare(case, scheme), "--threads", threads,
                "--seconds", seconds, "--json", "--xnnpack", "never",
                *(["--isa", "avx2"] if isa == "avx2" else [])]

    def time(self, case, scheme, threads, seconds, isa, output=None):
        command = self.command(case, scheme, threads, seconds, isa, output)
        return json.loads(run(command, seconds + SPARE_SECONDS, self.preload(isa)))

    def answer(self, case, scheme, isa):
        folder = self.models / "answer"
        shutil.rmtree(folder, ignore_errors=True)
        run([self.programs.linnet, "run", self.prepare(case, scheme), "--xnnpack", "never", "--input",
             f"image={case.input()}", "--output-dir", folder,
             *(["--isa", "avx2"] if isa == "avx2" else [])], CONVERT_SECONDS, self.preload(isa))
        return np.load(next(folder.glob("*.npy"))).ravel().astype(np.float64)


class NativeMatmul(Engine):
    """A program in C++ that reads one layer's raw weights and makes the chain itself."""
    answer_suffix = ".f32"
    formats = {}  # scheme -> the program's word for it

    def program(self, isa):
        raise NotImplementedError

    def prepare(self, case, scheme):
        return case.raw_weights()

    def command(self, case, scheme, threads, seconds, isa, output):
        command = [self.program(isa), case.raw_weights(), case.raw_input(), self.formats[scheme],
                   case.layers, threads, seconds]
        return command + ([output] if output else [])

    def read_answer(self, path):
        return np.fromfile(path, np.float32)


class Xnnpack(NativeMatmul):
    name, title = "xnnpack", "XNNPACK of 2024"
    network_schemes = ("f32", "int8")
    matmul_schemes = ("f32", "int8", "int4_32", "int4_128", "int4_channel")
    formats = {s: s for s in matmul_schemes} | {"int8": "int8_dynamic"}

    def program(self, isa):
        return self.programs.xnnpack_matmul

    def prepare(self, case, scheme):
        return case.raw_weights() if case.matmul else case.layers_text()

    def command(self, case, scheme, threads, seconds, isa, output):
        if case.matmul:
            return super().command(case, scheme, threads, seconds, isa, output)
        return [self.programs.xnnpack, case.layers_text(), scheme, threads, seconds]

    def answer(self, case, scheme, isa):
        if not case.matmul:
            return None  # its weights are random ones of its own
        return super().answer(case, scheme, isa)


class Ggml(NativeMatmul):
    """llama.cpp or ik_llama.cpp; each instruction set is a build of its own."""
    matmul_schemes = ("f32", "int8", "int4_32", "q4_K")
    formats = {"f32": "f32", "int8": "q8_0", "int4_32": "q4_0", "q4_K": "q4_K"}
    hidden_by_library = False

    def folder(self, isa):
        return self.programs.ggml / f"{self.name}-{isa or self.programs.best_ggml}"

    def program(self, isa):
        folder = self.folder(isa)
        reason = folder / "reason"
        if reason.is_file():
            raise EngineError(reason.read_text(encoding="utf-8").strip())
        return folder / "ggml_matmul"

    def version(self):
        path = self.folder("avx2") / "version"
        return path.read_text(encoding="utf-8").strip() if path.is_file() else "missing"


class LlamaCpp(Ggml):
    name = title = "llama.cpp"


class IkLlamaCpp(Ggml):
    name = title = "ik_llama.cpp"


ENGINES = [Linnet, OnnxRuntime, LiteRt, Ncnn, Mnn, Xnnpack, LlamaCpp, IkLlamaCpp]
