"""Runs .tflite files with TensorFlow Lite's reference kernels: for each, FILE.in (int8 samples) becomes FILE.out."""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np


def runtime():
    """TensorFlow Lite under the name that it has here, newest first."""
    try:
        from ai_edge_litert import interpreter
    except ImportError:
        try:
            from tensorflow.lite.python import interpreter
        except ImportError:
            from tflite_runtime import interpreter
    return interpreter


tflite = runtime()
if sys.argv[1:] == ["--version"]:
    print(tflite.__name__)
for path in [arg for arg in sys.argv[1:] if not arg.startswith("--")]:
    interpreter = tflite.Interpreter(path, experimental_op_resolver_type=tflite.OpResolverType.BUILTIN_REF, num_threads=1)
    interpreter.allocate_tensors()
    source, target = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    samples = np.fromfile(path + ".in", np.int8).reshape([-1, *source["shape"][1:]])
    with open(path + ".out", "wb") as out:
        for sample in samples:
            interpreter.set_tensor(source["index"], sample[np.newaxis])
            interpreter.invoke()
            out.write(interpreter.get_tensor(target["index"]).tobytes())
