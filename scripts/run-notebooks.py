#!/usr/bin/env python3
"""Runs notebooks from a clean kernel and fails on anything that a headless run would otherwise swallow.

usage: run-notebooks.py [--out FOLDER] [--timeout SECONDS] NOTEBOOK...

Fails on a cell that raises, on a cell whose end is never announced (lost output), on exceptions and rejections that
arrive after the cell that caused them has ended, on whatever the kernel writes to its real standard error about them,
on warnings, stack frames and anything on standard error in a cell's output (unless the cell carries the tag
shows-errors), and on a channel that drops messages at the end of the run. Writes OUT/NAME.ipynb and a self-contained OUT/NAME.html,
also for a notebook that failed.
"""
import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

LATE = re.compile(
    r"UncaughtException:|UnhandledPromiseRejection:|ERR_UNHANDLED_REJECTION|EBUSY|triggerUncaughtException"
)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib", "tidiness.json"), encoding="utf8") as file:
    TIDINESS = json.load(file)
# What a reader must not find in a page: warnings of any library, Node's included, and stack frames.
UNTIDY = re.compile(TIDINESS["untidy"], re.IGNORECASE | re.MULTILINE)
# A line of TensorFlow's own log: a date or a letter and a day, a severity, a file.
NATIVE_LOG = re.compile(TIDINESS["nativeLog"], re.MULTILINE)
# The stock kernel sends on its output socket while it is still binding it, once in a while, before any cell has begun:
# nothing that a notebook imports can mend that, so a start that fails so is tried once more.
FAILED_START = "blocked by a bind"
# How many numbered lines the channel is asked to deliver after the last cell: zeromq defers every 512th send.
PROBE_LINES = 1200


class Lost(Exception):
    """Output that the kernel sent and nobody received, or an error that no cell reported."""


class WatchedClient(NotebookClient):
    """A NotebookClient that also looks at messages that belong to no running cell, and shows progress."""

    def watch(self):
        self.late = []
        self.probed = None
        channel = self.kc.iopub_channel
        receive = channel.get_msg

        async def get_msg(*args, **kwargs):
            message = receive(*args, **kwargs)
            if asyncio.iscoroutine(message) or asyncio.isfuture(message):
                message = await message
            self.look_at(message)
            return message

        channel.get_msg = get_msg

    def look_at(self, message):
        if message["header"]["msg_type"] != "stream":
            return
        content = message["content"]
        if LATE.search(content["text"]):
            self.late.append(content["text"].strip())
        elif self.probed is not None and content["name"] == "stdout":
            if message["parent_header"].get("msg_id") == self.probed_by:
                self.probed.append(content["text"])

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        self.watch()
        return client

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        if cell.cell_type != "code" or not cell.source.strip():
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        self.count += 1
        began = time.monotonic()
        title = next((line for line in cell.source.splitlines() if line.strip()), "").strip()[:70]
        print(f"    [{self.count}/{self.total}] {title}", flush=True)
        self.shown = 0
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            print(f"          {time.monotonic() - began:.1f} s", flush=True)

    def process_message(self, msg, cell, cell_index):
        content = super().process_message(msg, cell, cell_index)
        if msg["msg_type"] == "stream":
            for line in msg["content"]["text"].splitlines():
                if line.strip() and self.shown < 200:
                    self.shown += 1
                    print(f"        | {line[:160]}", flush=True)
        return content

    async def probe(self):
        """Waits for late errors, then checks that the channel delivers every one of many lines."""
        code = "await new Promise((done) => setTimeout(done, 1000));\n"
        code += f"for (let i = 0; i < {PROBE_LINES}; i++) console.log(i);"
        self.probed = []
        self.probed_by = self.kc.execute(code, store_history=False)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                message = await asyncio.wait_for(self.kc.iopub_channel.get_msg(timeout=5), 6)
            except Exception:  # an empty queue: its class differs between releases of jupyter_client
                break
            ours = message["parent_header"].get("msg_id") == self.probed_by
            if ours and message["header"]["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        received = "".join(self.probed).split()
        wanted = [str(i) for i in range(PROBE_LINES)]
        if received != wanted:
            raise Lost(f"the kernel lost output: {len(received)} of {PROBE_LINES} lines arrived after the last cell")


def run(path, out, timeout):
    name = os.path.splitext(os.path.basename(path))[0]
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        cell.outputs, cell.execution_count = [], None
    failure = None
    with tempfile.TemporaryFile("w+", encoding="utf8", errors="replace") as stderr:
        client = WatchedClient(
            notebook, kernel_name="tslab", timeout=timeout, startup_timeout=120, iopub_timeout=20,
            raise_on_iopub_timeout=True, allow_errors=False,
            resources={"metadata": {"path": os.path.dirname(os.path.abspath(path))}},
        )
        client.count, client.total, client.shown = 0, len([c for c in cells if c.source.strip()]), 0

        async def execute():
            async with client.async_setup_kernel(stderr=stderr):
                for index, cell in enumerate(notebook.cells):
                    await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
                info = await client.async_wait_for_reply(client.kc.kernel_info())
                notebook.metadata["language_info"] = info["content"]["language_info"]
                await client.probe()

        try:
            asyncio.run(execute())
        except CellExecutionError as error:
            failure = f"a cell failed:\n{error}"
        except CellTimeoutError as error:
            failure = f"a cell did not end within {timeout} s (or its end was lost): {str(error).splitlines()[0]}"
        except (DeadKernelError, Lost) as error:
            failure = str(error)
        except Exception as error:  # among them nbclient's complaint that a cell's end was never announced
            failure = f"{type(error).__name__}: {error}"
        stderr.seek(0)
        said = stderr.read()
    late = getattr(client, "late", []) + [line for line in said.splitlines() if LATE.search(line)]
    if late:
        said_late = "an error arrived after its cell had ended:\n" + "\n".join(late[:5])
        failure = said_late if failure is None else f"{failure}\n{said_late}"
    if failure is None:
        failure = incomplete(cells) or untidy(cells, said)
    os.makedirs(out, exist_ok=True)
    nbformat.write(notebook, os.path.join(out, f"{name}.ipynb"))
    write_html(notebook, name, os.path.join(out, f"{name}.html"))
    return failure


def incomplete(cells):
    """A cell that never ran, or whose outputs record an error, though nothing was raised."""
    for cell in cells:
        if cell.source.strip() and cell.execution_count is None:
            return "a cell was not executed:\n" + cell.source
        if any(output.output_type == "error" for output in cell.outputs):
            return "a cell recorded an error:\n" + cell.source
    return None


def untidy(cells, said):
    """A warning or a stack frame that a cell shows, or that the kernel writes to its own standard error."""
    for cell in cells:
        if TIDINESS["onPurpose"] in cell.metadata.get("tags", []):
            continue
        for output in cell.outputs:
            if output.output_type == "stream":
                text = output.text
                if output.name == "stderr":
                    return f"a cell wrote to standard error:\n{text.strip()[:500]}\n  in:\n{cell.source[:300]}"
            else:
                text = output.get("data", {}).get("text/plain", "")
            found = UNTIDY.search(text) or NATIVE_LOG.search(text)
            if found:
                return f"a cell shows a warning or a stack frame: {line_of(text, found)}\n  in:\n{cell.source[:300]}"
    found = UNTIDY.search(said) or NATIVE_LOG.search(said)
    return f"the kernel wrote on its standard error: {line_of(said, found)}" if found else None


def line_of(text, found):
    """The line that a match lies in."""
    end = text.find("\n", found.end())
    return text[text.rfind("\n", 0, found.start() + 1) + 1 : end if end >= 0 else None].strip()[:300]


def write_html(notebook, name, path):
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    config = Config()
    # The page must open without a network: pictures embedded, no script from elsewhere.
    config.HTMLExporter.embed_images = True
    for option in ("require_js_url", "jquery_url", "mathjax_url", "mermaid_js_url"):
        if option in HTMLExporter.class_trait_names():
            setattr(config.HTMLExporter, option, "")
    html, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources={"metadata": {"name": name}})
    html = re.sub(r'<script[^>]*\ssrc="(https?:)?//[^"]*"[^>]*>\s*</script>', "", html)
    html = re.sub(r'<script[^>]*\ssrc=""[^>]*>\s*</script>', "", html)
    # nbconvert's diagram loader imports Mermaid from a content network.
    html = re.sub(r'<script type="module">(?:(?!</script>)[\s\S])*?mermaid(?:(?!</script>)[\s\S])*</script>', "", html)
    with open(path, "w", encoding="utf8") as file:
        file.write(html)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default="out")
    parser.add_argument("--timeout", type=int, default=900)
    parser.add_argument("notebooks", nargs="+")
    options = parser.parse_args()
    failed = 0
    for path in options.notebooks:
        began = time.monotonic()
        print(f"  {path}", flush=True)
        failure = run(path, options.out, options.timeout)
        if failure and FAILED_START in failure:
            print("    the kernel did not start (its socket was still binding); once more", flush=True)
            failure = run(path, options.out, options.timeout)
        if failure:
            failed += 1
            print(f"  {path} FAILED: {failure}", flush=True)
        else:
            print(f"  {path} passed in {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
