"""OpenCLIP as its own pages show it: one picture after the other, in full precision; with weights that know nothing."""

from collections.abc import Sequence
from pathlib import Path

from models.radio.burst_planes import planes_of
from models.radio.clip import MODEL, rendered
from models.radio.clip_prompts import read_prompts
from models.radio.spectrogram import PreparedSpectrogram


class PlainClip:
    """The loop that everybody writes.

    Parameters
    ----------
    device : "cpu" or what torch finds
    """

    def __init__(self, device: str) -> None:
        import open_clip
        import torch

        torch.manual_seed(0)
        self.device = device
        self.network, _, self.preprocess = open_clip.create_model_and_transforms(MODEL, device=device)
        self.network.eval()
        prompts = read_prompts()
        words = open_clip.get_tokenizer(MODEL)([prompts.burst[0], prompts.quiet[0]]).to(device)
        with torch.no_grad():
            self.words = self.network.encode_text(words, normalize=True)

    def judge(self, observations: Sequence[PreparedSpectrogram]) -> list[float]:
        """Probability of a burst in each, by the origin's two prompts."""
        import torch
        from PIL import Image

        scores = []
        for observation in observations:
            picture = self.preprocess(Image.fromarray(rendered(planes_of(observation)[0]))).unsqueeze(0).to(self.device)
            with torch.no_grad():
                seen = self.network.encode_image(picture, normalize=True)
                scores.append(float((100 * seen @ self.words.T).softmax(dim=-1)[0, 0]))
        return scores

    def save(self, path: Path) -> Path:
        """Write its weights as open_clip does, for `RadioClip`."""
        from safetensors.torch import save_file

        save_file({name: tensor.contiguous().cpu() for name, tensor in self.network.state_dict().items()}, path)
        return path
