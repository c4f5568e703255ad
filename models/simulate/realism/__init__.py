"""How well simulated files pass for real ones: what is measured on backgrounds and bursts, and who tells them apart."""
