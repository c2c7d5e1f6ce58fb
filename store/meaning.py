"""Meaning, where a team wants it: texts as vectors, made by a small model that runs here and asks nobody.

Needs the extra ``semantic``. Nothing else imports the model, so that Recap starts and runs without it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from store.errors import BotError
from store.text import sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"

CHUNK = 25
"""Words of a passage that get a vector of their own, unless a sentence is longer. Measured: whole passages blur."""
BATCH = 64
"""Texts that the model reads at once; more is no faster and takes more memory."""
LONGEST = 2_000
"""Characters of a text that are read; models of this kind read some 256 words."""


class Model(Protocol):
    """Makes vectors of texts."""

    @property
    def name(self) -> str:
        """The same for models whose vectors can be compared."""

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text."""

    def knows(self, word: str) -> bool:
        """Whether a folded word is one of the model's own: what it has never seen is some name."""


@dataclass(frozen=True)
class _Embedding:
    name: str
    dimensions: int
    made: Any

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length for each text."""
        import numpy as np

        rows = np.array(list(self.made.embed([text[:LONGEST] for text in texts], batch_size=BATCH)), dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        normal: Vectors = rows / np.maximum(lengths, 1e-9)
        return normal

    def knows(self, word: str) -> bool:
        """Whether the word is in the model's vocabulary, whole."""
        return bool(self.made.model.tokenizer.token_to_id(word) is not None)


def load_model(named: str) -> Model:
    """The model of a folder (with ``model.onnx`` and its tokenizer), or one that fastembed knows by name.

    Raises BotError, naming ``RECAP_EMBEDDINGS`` and the remedy, where the extra is not installed, or the model's
    files are not there and cannot be fetched.
    """
    try:
        import fastembed
    except ImportError:
        raise BotError(
            "RECAP_EMBEDDINGS is set, but what reads models is not installed. "
            'Install it with: pip install "recap-bot[semantic]", or leave RECAP_EMBEDDINGS empty.'
        ) from None
    folder = Path(named).expanduser()
    try:
        if folder.is_dir():
            return _from_folder(folder)
        made = fastembed.TextEmbedding(named)
        return _Embedding(named, made.embedding_size, made)
    except Exception as error:  # whatever the model's files, its format or the network do to us
        raise BotError(
            f"The model {named} of RECAP_EMBEDDINGS cannot be loaded ({type(error).__name__}). Name a folder that "
            "holds model.onnx, config.json and tokenizer.json, or a model that fastembed lists; until then "
            "questions are answered by words alone."
        ) from error


def _from_folder(folder: Path) -> Model:
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource

    name = f"{folder.name}-{_digest(folder / 'model.onnx')}"
    if name not in {known["model"] for known in TextEmbedding.list_supported_models()}:
        TextEmbedding.add_custom_model(
            model=name,
            pooling=_pooling(folder),
            normalization=True,
            sources=ModelSource(hf=name),  # asked nothing: the files are here
            dim=int(json.loads((folder / "config.json").read_text(encoding="utf-8"))["hidden_size"]),
            model_file="model.onnx",
        )
    made = TextEmbedding(name, specific_model_path=str(folder), local_files_only=True)
    return _Embedding(name, made.embedding_size, made)


def _pooling(folder: Path) -> Any:
    """How the model's words become one vector: as its own description says, else their mean."""
    from fastembed.common.model_description import PoolingType

    told = folder / "1_Pooling" / "config.json"
    if told.exists() and json.loads(told.read_text(encoding="utf-8")).get("pooling_mode_cls_token"):
        return PoolingType.CLS
    return PoolingType.MEAN


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:12]


def chunks(text: str) -> list[str]:
    """A passage's sentences, put together while they stay within ``CHUNK`` words.

    >>> chunks("Kuryr was shown. It works.")
    ['Kuryr was shown. It works.']
    """
    made: list[str] = []
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        if made and len(made[-1].split()) + len(sentence.split()) <= CHUNK:
            made[-1] = f"{made[-1]} {sentence}"
        elif sentence:
            made.append(sentence)
    return made or [text]
