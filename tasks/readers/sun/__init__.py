"""Bytes of solar images: FITS, JPG, JP2; and of what is said of flares and regions."""
