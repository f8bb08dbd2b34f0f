"""A logistic regression as a LiteRT file, which a model server can run without scikit-learn."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mlops_lab.kit import extra

__all__ = ["logistic_file"]


def logistic_file(weights: ArrayLike, offset: float) -> bytes:
    """Write a LiteRT file that answers the chance of a logistic regression, for `save_model`.

    It has one input, ``inputs``, of shape (rows, n), with any number of rows, and one output,
    ``chance``, of shape (rows, 1): ``1 / (1 + exp(-(inputs @ weights + offset)))``, in 32-bit
    floats. It is written by hand, with the two operators that it needs: to convert it with
    TensorFlow takes some seconds of processor time. Tests hold it to scikit-learn's answers.

    Parameters
    ----------
    weights : array of shape (n,), n at least 1, finite
    offset : float

    Raises
    ------
    ValueError
        For another shape, or numbers that are not finite.
    ModuleNotFoundError
        Without the extra ``serve``, which brings LiteRT and its file format.
    """
    w = np.asarray(weights, dtype=np.float32)
    if w.ndim != 1 or not w.size or not np.isfinite([*w, offset]).all():
        raise ValueError(
            f"weights must be one row of finite numbers; got the shape {w.shape}, offset {offset}"
        )
    with extra("serve"):
        import flatbuffers
        from ai_edge_litert import schema_py_generated as schema

    def tensor(name: str, signature: list[int], buffer: int = 0) -> object:
        one = schema.TensorT()
        one.name, one.type, one.buffer = name.encode(), schema.TensorType.FLOAT32, buffer
        one.shape = [abs(size) for size in signature]
        if signature[0] < 0:  # any number of rows
            one.shapeSignature = signature
        return one

    def step(index: int, inputs: list[int], output: int) -> Any:  # noqa: ANN401
        one = schema.OperatorT()
        one.opcodeIndex, one.inputs, one.outputs = index, inputs, [output]
        return one

    dense = step(0, [0, 1, 2], 3)
    dense.builtinOptionsType = schema.BuiltinOptions.FullyConnectedOptions
    dense.builtinOptions = schema.FullyConnectedOptionsT()
    graph, model = schema.SubGraphT(), schema.ModelT()
    graph.name, graph.inputs, graph.outputs = b"main", [0], [4]
    graph.tensors = [
        tensor("inputs", [-1, w.size]),
        tensor("weights", [1, w.size], buffer=1),
        tensor("offset", [1], buffer=2),
        tensor("score", [-1, 1]),
        tensor("chance", [-1, 1]),
    ]
    graph.operators = [dense, step(1, [3], 4)]
    kinds = (schema.BuiltinOperator.FULLY_CONNECTED, schema.BuiltinOperator.LOGISTIC)
    for kind in kinds:
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = kind
        code.version = 1
        model.operatorCodes = [*(model.operatorCodes or []), code]
    for content in (b"", w.tobytes(), np.array([offset], np.float32).tobytes()):
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(content, np.uint8) if content else None
        model.buffers = [*(model.buffers or []), buffer]
    model.version, model.subgraphs = 3, [graph]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
