"""Runs cells in a tslab kernel and says what came of each.

Reads {"cwd": folder, "cells": [{"code": text, "interrupt": seconds or null, "limit": seconds}]} from the standard input
and writes a list of {"status", "seconds", "messages": [{"type", "content"}], "interrupted": seconds after the interrupt}.
With "ask": "complete" or "inspect" the code is not run: the editor's question is asked at its end, and the kernel's
answer is under "reply".
"""
import json
import queue
import subprocess
import sys
import time

from jupyter_client.manager import KernelManager


def ask(client, cell):
    started = time.monotonic()
    sent = getattr(client, cell["ask"])(cell["code"], len(cell["code"]))
    while True:
        reply = client.get_shell_msg(timeout=cell.get("limit", 60))
        if reply["parent_header"].get("msg_id") == sent:
            break
    content = reply["content"]
    seconds = time.monotonic() - started
    return {"status": content["status"], "seconds": seconds, "messages": [], "interrupted": None, "reply": content}


def run(client, manager, cell):
    if "ask" in cell:
        return ask(client, cell)
    started = time.monotonic()
    sent = client.execute(cell["code"])
    interrupt = cell.get("interrupt")
    interrupted = None
    messages = []
    idle = False
    while not idle:
        elapsed = time.monotonic() - started
        if elapsed > cell.get("limit", 60):
            return {"status": "hung", "seconds": elapsed, "messages": messages, "interrupted": None}
        if interrupt is not None and elapsed > interrupt:
            manager.interrupt_kernel()
            interrupted = time.monotonic()
            interrupt = None
        try:
            message = client.get_iopub_msg(timeout=0.05)
        except queue.Empty:
            continue
        # As nbclient does: what belongs to another cell is not this cell's output.
        if message["parent_header"].get("msg_id") != sent:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "status":
            idle = content["execution_state"] == "idle"
        elif kind in ("stream", "display_data", "update_display_data"):
            messages.append({"type": kind, "content": content})
    ended = time.monotonic()
    while True:
        reply = client.get_shell_msg(timeout=10)
        if reply["parent_header"].get("msg_id") == sent:
            break
    if reply["content"]["status"] != "ok":
        # tslab drops cells that come within 200 ms of a failed one.
        time.sleep(0.4)
    after = None if interrupted is None else ended - interrupted
    return {"status": reply["content"]["status"], "seconds": ended - started, "messages": messages, "interrupted": after}


def main():
    job = json.load(sys.stdin)
    manager = KernelManager(kernel_name="tslab")
    # The kernel would make a pipe shared with this process non-blocking, and what is written here would be cut.
    manager.start_kernel(cwd=job["cwd"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        results = [run(client, manager, cell) for cell in job["cells"]]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    json.dump(results, sys.stdout)


main()
