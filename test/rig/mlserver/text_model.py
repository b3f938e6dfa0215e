"""A runtime of MLServer: its model is a text, which it answers to every request."""

from pathlib import Path

from mlserver import MLModel
from mlserver.codecs import StringCodec
from mlserver.types import InferenceRequest, InferenceResponse
from mlserver.utils import get_model_uri


class TextModel(MLModel):
    async def load(self) -> bool:
        self._text = Path(await get_model_uri(self._settings)).read_text()
        if not self._text.startswith("model "):
            raise ValueError(f"{self._text!r} is not a model")
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        return InferenceResponse(
            model_name=self.name,
            outputs=[StringCodec.encode_output("text", [self._text])],
        )
