"""Turned, mirrored, sheared and magnified frames with their masks."""

import cv2
import numpy as np

# As the origin's, but for its shifts by up to twice the frame.
MOST_TURN_DEG, MOST_SHEAR, MOST_ZOOM = 45.0, 0.2, 2.0


def augment(planes: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw one view of a frame: mirrored or not, turned, sheared and magnified about its middle; reflected beyond its edges.

    Planes are interpolated linearly. A mask takes its nearest pixel, so that it holds no values that it did not: interpolated as
    the origin's was, by cubic splines, a mask of 0 and 1 runs from -0.4 to 1.2.

    Parameters
    ----------
    planes : (C, H, W) float32 ndarray
    mask : (H, W) ndarray, of any whole numbers
    rng : generator

    Returns
    -------
    (planes, mask) of the same shapes and types
    """
    height, width = mask.shape
    turn = np.deg2rad(rng.uniform(-MOST_TURN_DEG, MOST_TURN_DEG))
    zoom = np.exp(rng.uniform(0, np.log(MOST_ZOOM)))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = rotation @ np.array([[1, rng.uniform(-MOST_SHEAR, MOST_SHEAR)], [0, 1]]) / zoom
    matrix = matrix @ np.diag(rng.choice([-1.0, 1.0], 2))
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    # From the pixels of the result to those of the frame.
    there = np.column_stack([matrix, middle - matrix @ middle])
    size = (width, height)

    def seen(values: np.ndarray, flags: int) -> np.ndarray:
        return cv2.warpAffine(values, there, size, flags=flags | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT_101)

    turned = np.stack([seen(plane, cv2.INTER_LINEAR) for plane in planes])
    return turned, seen(mask.astype(np.uint8), cv2.INTER_NEAREST).astype(mask.dtype)


def mirror(planes: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """As `augment`, but mirrored alone: no value is interpolated, the noise stays what it is."""
    rows, columns = rng.choice([-1, 1], 2)
    return planes[:, ::rows, ::columns], mask[::rows, ::columns]
