"""Solar radio spectrograms: cleaning, measures and classifiers."""
