"""How the origin's two networks are trained on our data, as the baselines to beat; not imported by what judges."""
