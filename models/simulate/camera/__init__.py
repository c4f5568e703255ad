"""A thermal camera under a sky of known clouds."""

from models.simulate.camera.scene import Scene, SimulatedFrame, draw_scene
from models.simulate.camera.tau2 import Tau2, draw_camera

__all__ = ["Scene", "SimulatedFrame", "Tau2", "draw_camera", "draw_scene"]
