"""Runs one engine's command in a process of its own."""
import os
import signal
import subprocess


class EngineError(Exception):
    """An engine could not do what it was asked for; the text says why."""


def last_words(text):
    """The line of an engine's complaint that says most: the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no message"


def run(command, timeout=600, preload=None):
    """Standard output of a command; raises EngineError if it fails or takes `timeout` seconds.

    preload is a library for LD_PRELOAD, such as the one that hides AVX-512.
    """
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    if preload:
        environment["LD_PRELOAD"] = str(preload)
    command = [str(c) for c in command]
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, errors="replace", env=environment,
                                   start_new_session=True)
    except OSError as error:
        raise EngineError(f"{os.path.basename(command[0])}: {error.strerror}") from error
    try:
        out, said = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise EngineError(f"not done after {timeout:g} s") from error
    if process.returncode < 0:
        raise EngineError(f"ended by {signal.Signals(-process.returncode).name}")
    if process.returncode != 0:
        raise EngineError(f"exit code {process.returncode}: {last_words(said or out)}")
    return out
