"""Tables: AIA's colours, as sunpy draws them, and its loss of sensitivity, thinned from aiapy's."""
